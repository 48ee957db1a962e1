import { page, userEvent } from 'vitest/browser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../src/shared/errors';
import { clouds, type EditorAnswers } from './harness/editor-end';
import { problems } from './harness/looks';
import { MountedPanel, size } from './harness/mounted-panel';
import { syntheticRun } from './harness/synthetic-run';
import { applyTheme, themeNames } from './harness/themes';

let panel: MountedPanel;
const unreadable = { 7: 'no picture' };
const snapshot = syntheticRun({ images: 300, labelled: true, unreadable, record: { errorScale: 0.03 } });

beforeEach(async () => size(1280));
afterEach(() => {
  panel.unmount();
  applyTheme('dark');
});

async function mount(answers: Partial<EditorAnswers> = {}, stored?: unknown): Promise<void> {
  panel = await MountedPanel.mount({ state: { sourceName: 'apples', snapshot }, ...answers }, stored);
  await panel.drawn();
}

async function openMap(answers: Partial<EditorAnswers> = {}): Promise<void> {
  await mount(answers);
  await panel.click(panel.one('[data-view=map]'));
  await panel.until(() => model().mapView.done === 1);
  await panel.drawn();
}

const model = () => panel.element.model;
const stage = () => panel.one('.stage');
const said = () => panel.one('folder-map').shadowRoot?.querySelector('[role=status]')?.textContent ?? '';

/** Where an image stands on the page. */
function placeOf(index: number): { clientX: number; clientY: number } {
  const { places } = model().mapView.places ?? { places: new Float32Array() };
  const { left, top, width, height } = stage().getBoundingClientRect();
  const { halfWidth, halfHeight } = model().mapView.places ?? { halfWidth: 1, halfHeight: 1 };
  const { x, y, zoom } = model().mapView.state;
  const scale = Math.min(width / 2 / halfWidth, height / 2 / halfHeight) * 0.9 * zoom;
  return {
    clientX: left + width / 2 + ((places[2 * index] ?? NaN) - x) * scale,
    clientY: top + height / 2 + ((places[2 * index + 1] ?? NaN) - y) * scale,
  };
}

type Place = ReturnType<typeof placeOf>;

async function pointer(type: string, at: Place, more: PointerEventInit = {}): Promise<void> {
  const event = new PointerEvent(type, {
    ...at,
    ...more,
    pointerId: 1,
    isPrimary: true,
    bubbles: true,
    composed: true,
  });
  stage().dispatchEvent(event);
  await panel.drawn();
}

/** The browser knows no such pointer, so that it cannot be captured. */
function withoutCapture(): void {
  stage().setPointerCapture = () => undefined;
}

async function click(at: Place, more: PointerEventInit = {}): Promise<void> {
  withoutCapture();
  await pointer('pointerdown', at, more);
  await pointer('pointerup', at, more);
}

async function drag(places: readonly Place[], more: PointerEventInit = {}): Promise<void> {
  withoutCapture();
  await pointer('pointerdown', places[0] ?? placeOf(0), more);
  for (const place of places.slice(1)) await pointer('pointermove', place, more);
  await pointer('pointerup', places[places.length - 1] ?? placeOf(0), more);
}

/** Around the cloud of images whose numbers leave this rest when divided by three. */
function corners(rest: number): Place[] {
  const members = [...Array(300).keys()].filter((index) => index % 3 === rest && index !== 7).map(placeOf);
  const [xs, ys] = [members.map(({ clientX }) => clientX), members.map(({ clientY }) => clientY)];
  const [left, right] = [Math.min(...xs) - 3, Math.max(...xs) + 3];
  const [top, bottom] = [Math.min(...ys) - 3, Math.max(...ys) + 3];
  return [
    { clientX: left, clientY: top },
    { clientX: right, clientY: top },
    { clientX: right, clientY: bottom },
    { clientX: left, clientY: bottom },
  ];
}

const cloud = (rest: number) => [...Array(300).keys()].filter((index) => index % 3 === rest && index !== 7);

describe('the map of the folder', () => {
  it('stands where the grid stood, and gives way to it again', async () => {
    await openMap();
    expect(panel.editor.callsOf('imageMap')).toEqual(['umap']);
    expect(panel.all('review-grid')).toHaveLength(0);
    expect(stage().getAttribute('aria-label')).toContain('images (300)');
    expect(panel.text('folder-map')).toContain('not flagged');
    await panel.click(panel.one('[data-view=grid]'));
    expect(panel.tiles.length).toBeGreaterThan(10);
    await panel.click(panel.one('[data-view=map]'));
    expect(panel.editor.callsOf('imageMap')).toHaveLength(1);
  });

  it('is drawn: points of the strangest images stand apart from the background', async () => {
    await openMap();
    const canvas = stage().querySelector('canvas');
    const strangest = model().list.items[0] ?? 0;
    const { clientX, clientY } = placeOf(strangest);
    const box = stage().getBoundingClientRect();
    const pixel = (x: number, y: number) => [...(canvas?.getContext('2d')?.getImageData(x, y, 1, 1).data ?? [])];
    expect(pixel(clientX - box.left, clientY - box.top)).not.toEqual(pixel(2, 2));
  });

  it('shows the picture of what is pointed at, and a click puts it in focus', async () => {
    await openMap();
    const index = model().list.items[3] ?? 0;
    await pointer('pointermove', placeOf(index));
    await panel.until(() => panel.all('.card img').length === 1);
    expect(panel.one('.card .name').textContent).toBe(snapshot.paths[index]?.split('/').pop());
    await click(placeOf(index));
    expect(model().view.focused).toBe(index);
    expect(said()).toContain(snapshot.paths[index]);
    await panel.press('{Enter}');
    expect(panel.editor.callsOf('compare')).toContain(index);
    expect(panel.all('compare-view')).toHaveLength(1);
  });

  it('selects what a lasso goes around, adds with Ctrl, and marks all of it at once', async () => {
    await openMap();
    const [a, b, c, d] = corners(0);
    if (!a || !b || !c || !d) throw new Error('no corners');
    await drag([a, b, c, d]);
    expect([...model().selection].sort((x, y) => x - y)).toEqual(cloud(0));
    expect(said()).toBe('100 selected');
    await drag(corners(1), { ctrlKey: true });
    expect(model().selection.size).toBe(cloud(0).length + cloud(1).length);
    await panel.click(panel.button('Bad'));
    expect(cloud(0).every((index) => model().decisionOf(index) === 'bad')).toBe(true);
    await panel.press('u');
    expect(model().review.decisions).toEqual({});
    await panel.press('{Escape}');
    expect(model().selection.size).toBe(0);
  });

  it('selects by rectangle', async () => {
    await openMap();
    await panel.click(panel.one('[data-tool=rectangle]'));
    const [a, , c] = corners(2);
    if (!a || !c) throw new Error('no corners');
    await drag([a, c]);
    expect([...model().selection].sort((x, y) => x - y)).toEqual(cloud(2));
  });

  it('takes back a lasso at Escape', async () => {
    await openMap();
    withoutCapture();
    stage().focus();
    const [a, b] = corners(0);
    if (!a || !b) throw new Error('no corners');
    await pointer('pointerdown', a);
    await pointer('pointermove', b);
    await panel.press('{Escape}');
    await pointer('pointerup', b);
    expect(model().selection.size).toBe(0);
    expect(model().mapView.isOpen).toBe(true);
  });

  it('is walked through by arrows, decided by keys and left by Escape', async () => {
    await openMap();
    stage().focus();
    await panel.press('{Home}');
    const first = model().list.items[0] ?? -1;
    expect(model().view.focused).toBe(first);
    await panel.press('{ArrowRight}');
    const second = model().view.focused;
    expect(placeOf(second).clientX).toBeGreaterThan(placeOf(first).clientX);
    await panel.press('{ArrowDown}{Shift>}{ArrowDown}{/Shift}');
    expect(model().selection.size).toBe(2);
    expect(said()).toContain(snapshot.paths[model().view.focused]);
    await panel.press('{Escape}x');
    expect(model().decisionOf(model().view.focused)).toBe('bad');
    const flagged = model().isFlagged(model().view.focused);
    await panel.press(' ');
    expect(model().isFlagged(model().view.focused)).toBe(!flagged);
    const { focused } = model().view;
    await panel.press('{Escape}');
    await panel.until(() => panel.focusedTile === focused);
  });

  it('is zoomed by keys, buttons and wheel and moved by Space and a drag', async () => {
    await openMap();
    stage().focus();
    await panel.press('++');
    expect(model().mapView.state.zoom).toBeCloseTo(2.25);
    stage().dispatchEvent(new WheelEvent('wheel', { deltaY: -100, ...placeOf(0), bubbles: true, cancelable: true }));
    expect(model().mapView.state.zoom).toBeGreaterThan(2.5);
    const before = placeOf(0);
    await userEvent.keyboard('{ >}');
    await drag([before, { clientX: before.clientX + 40, clientY: before.clientY + 10 }]);
    await userEvent.keyboard('{/ }');
    expect(placeOf(0).clientX - before.clientX).toBeCloseTo(40, 0);
    expect(model().review.decisions).toEqual({});
    await panel.click(panel.one('[aria-label="Show the whole map"]'));
    expect(model().mapView.state).toMatchObject({ zoom: 1, x: 0, y: 0 });
  });

  it('lets go of Space when the focus leaves, and flips nothing for a Space that was pressed elsewhere', async () => {
    await openMap();
    stage().focus();
    await panel.press('{ArrowRight}');
    const { focused } = model().view;
    const wasFlagged = model().isFlagged(focused);
    await userEvent.keyboard('{ >}');
    panel.one('[aria-label="Show the whole map"]').focus();
    stage().focus();
    await drag([placeOf(0), { clientX: placeOf(0).clientX + 40, clientY: placeOf(0).clientY + 10 }]);
    expect(model().mapView.state).toMatchObject({ x: 0, y: 0 });
    await userEvent.keyboard('{/ }');
    expect(model().isFlagged(focused)).toBe(wasFlagged);
  });

  it('says how far it is, can be stopped and gone on with', async () => {
    const whole = clouds(snapshot);
    let asked = 0;
    let isFree = false;
    const imageMap: EditorAnswers['imageMap'] = async () => {
      asked++;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const half = whole.indexes.length / 2;
      if (isFree) return whole;
      return { done: 0.4, indexes: whole.indexes.slice(0, half), places: whole.places.slice(0, 2 * half) };
    };
    await mount({ imageMap });
    await panel.click(panel.one('[data-view=map]'));
    await panel.until(() => panel.all('progress').length === 1 && model().mapView.places !== undefined);
    expect(panel.text('folder-map')).toContain('40');
    await panel.click(panel.button('Cancel'));
    const askedUntilThen = asked;
    await panel.drawn();
    await panel.drawn();
    expect(asked).toBeLessThanOrEqual(askedUntilThen + 1);
    isFree = true;
    await panel.click(panel.button('Try again'));
    await panel.until(() => model().mapView.done === 1);
    expect(model().mapView.places?.count).toBe(299);
  });

  it('says why there is none', async () => {
    await mount({ imageMap: () => Promise.reject(new UserError('run-invalid', 'This run is older.')) });
    await panel.click(panel.one('[data-view=map]'));
    await panel.until(() => model().mapView.problem !== undefined);
    await panel.drawn();
    expect(panel.one('.over-stage [role=alert]').textContent).toBe('This run is older.');
  });

  it('waits for the network without asking', async () => {
    await mount({ state: { sourceName: 'apples', snapshot: syntheticRun({ images: 300 }) } });
    await panel.click(panel.one('[data-view=map]'));
    expect(panel.text('folder-map')).toContain('once the network has scored');
    expect(panel.editor.callsOf('imageMap')).toEqual([]);
  });

  it('is there again after a reload, as it was looked at', async () => {
    await openMap();
    stage().focus();
    await panel.press('+');
    model().mapView.set({ color: 'label', tool: 'rectangle' });
    window.dispatchEvent(new Event('pagehide'));
    const { stored } = panel.editor;
    panel.unmount();
    await mount({}, stored);
    await panel.until(() => model().mapView.done === 1);
    expect(model().mapView.state).toMatchObject({ open: true, color: 'label', tool: 'rectangle', zoom: 1.5 });
    expect(panel.text('folder-map')).toContain('labelled bad');
  });

  it.each(themeNames)('is accessible in a %s theme at every width', async (theme) => {
    applyTheme(theme);
    await openMap();
    stage().focus();
    await panel.press('{Home}x{ArrowRight}g');
    for (const width of [300, 800, 1600]) {
      await size(width, 760);
      await panel.drawn();
      await panel.drawn();
      await page.screenshot({ path: `../../artifacts/webview/map-${theme}-${width}.png` });
      for (const part of panel.all('*', panel.one('folder-map').shadowRoot ?? document)) {
        if (part.checkVisibility()) expect(part.getBoundingClientRect().right).toBeLessThanOrEqual(width + 1);
      }
    }
    expect(await problems(panel.element)).toEqual([]);
  });
});
