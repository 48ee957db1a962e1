/** Areas that do not count: drawn with the mouse, moved by keys, typed; applied, taken back, and offered. */
import { page } from 'vitest/browser';
import { afterEach, describe, expect, it } from 'vitest';
import type { PanelState } from '../../src/shared/contracts';
import type { Area, ScanSettings } from '../../src/shared/settings';
import { expectWithin, problems } from './harness/looks';
import { MountedPanel, size } from './harness/mounted-panel';
import { states } from './harness/states';
import { applyTheme, themeNames } from './harness/themes';

const rightEdge: Area = { kind: 'ignore', x0: 0.875, y0: 0, x1: 1, y1: 1 };
let panel: MountedPanel;

afterEach(() => {
  panel.unmount();
  applyTheme('dark');
});

function withAreas(areas: Area[], rescored = 0): PanelState {
  const { snapshot, ...rest } = states.done;
  const { record } = snapshot;
  const request = { ...record.request, settings: { ...record.request.settings, areas } };
  return { ...rest, snapshot: { ...snapshot, record: { ...record, request, rescored, errorScale: 0.03 } } };
}

async function open(areas: Area[] = []): Promise<void> {
  await size(1280);
  panel = await MountedPanel.mount({ state: withAreas(areas) });
  await panel.click(panel.one('.areas'));
  await panel.until(() => within('area-picture', 'img').length > 0);
}

/** Elements in a part of the panel and what is inside of it; none before it is drawn. */
function within(part: string, selector: string): HTMLElement[] {
  const [root] = panel.all(part).map((element) => element.shadowRoot);
  return root ? panel.all(selector, root) : [];
}

function first(part: string, selector: string): HTMLElement {
  const [found] = within(part, selector);
  if (!found) throw new Error(`There is no ${selector} in ${part}.`);
  return found;
}

type Place = readonly [x: number, y: number];

/** At a place of the picture, in fractions of its sides. */
function send(type: string, [x, y]: Place, target = first('area-picture', '.ground')): void {
  const box = first('area-picture', '.ground').getBoundingClientRect();
  target.dispatchEvent(
    new PointerEvent(type, {
      bubbles: true,
      composed: true,
      cancelable: true,
      clientX: box.left + x * box.width,
      clientY: box.top + y * box.height,
      button: 0,
      isPrimary: true,
    }),
  );
}

/** From one place of the picture to another. */
async function drag(from: Place, to: Place, target?: HTMLElement): Promise<void> {
  send('pointerdown', from, target);
  send('pointermove', to, target);
  send('pointerup', to, target);
  await panel.drawn();
}

/** Presses the mouse there, as for a corner of a polygon. */
async function clickAt(...places: Place[]): Promise<void> {
  for (const place of places) {
    send('pointermove', place);
    send('pointerdown', place);
    send('mousedown', place);
    send('pointerup', place);
  }
  await panel.drawn();
}

const choosePolygons = () => panel.click(first('areas-dialog', 'input[name="shape"]:not(:checked)'));

const isEnabled = (text: RegExp) =>
  panel
    .all('vscode-button')
    .find((button) => text.test(button.textContent))
    ?.getAttribute('aria-disabled') === 'false';

describe('the areas', () => {
  it('are drawn with the mouse and applied', async () => {
    await open();
    expect(isEnabled(/^\s*Apply/)).toBe(false);
    await drag([0.9, 0.25], [0.5, 0.75]);
    expect(within('area-picture', 'button.area')).toHaveLength(1);
    const apply = panel.all('vscode-button').find((button) => button.textContent.includes('Apply'));
    await panel.click(apply ?? panel.element);
    expect(panel.editor.callsOf('rescore')).toEqual([[{ kind: 'ignore', x0: 0.5, y0: 0.25, x1: 0.9, y1: 0.75 }]]);
    expect(first('areas-dialog', 'dialog').matches(':modal')).toBe(false);
  });

  it('are no areas when a drag was a click, and reach no further than the picture', async () => {
    await open();
    await drag([0.5, 0.5], [0.503, 0.504]);
    expect(within('area-picture', 'button.area')).toHaveLength(0);
    await drag([0.5, 0.5], [1.4, 1.2]);
    await panel.click(panel.button('Train anew with them'));
    expect(panel.editor.callsOf('rescan')).toEqual([[{ kind: 'ignore', x0: 0.5, y0: 0.5, x1: 1, y1: 1 }]]);
  });

  it('are polygons drawn by clicks, closed by Enter, a double click, or a click on the first corner', async () => {
    await open();
    await choosePolygons();
    await clickAt([0.1, 0.1], [0.5, 0.1], [0.1, 0.5], [0.1, 0.5]);
    expect(within('area-picture', 'button.area')).toHaveLength(0);
    await panel.press('{Enter}');
    await clickAt([0.9, 0.9], [0.5, 0.9], [0.9, 0.5], [0.91, 0.9]);
    await clickAt([0.6, 0.2], [0.8, 0.2], [0.8, 0.4]);
    first('area-picture', '.ground').dispatchEvent(new MouseEvent('dblclick'));
    await panel.drawn();
    await panel.click(panel.button('Train anew with them'));
    expect(panel.editor.callsOf('rescan')).toEqual([
      [
        { kind: 'ignore', corners: [[0.1, 0.1], [0.5, 0.1], [0.1, 0.5]] }, // prettier-ignore
        { kind: 'ignore', corners: [[0.9, 0.9], [0.5, 0.9], [0.9, 0.5]] }, // prettier-ignore
        { kind: 'ignore', corners: [[0.6, 0.2], [0.8, 0.2], [0.8, 0.4]] }, // prettier-ignore
      ],
    ]);
  });

  it('are no polygons of two corners; Backspace takes the last corner back, Escape all of them and not the dialog', async () => {
    await open();
    await choosePolygons();
    await clickAt([0.1, 0.1], [0.5, 0.1]);
    await panel.press('{Enter}');
    await clickAt([0.9, 0.9]);
    await panel.press('{Backspace}{Enter}');
    expect(within('area-picture', 'button.area')).toHaveLength(0);
    await panel.press('{Escape}');
    expect(within('area-picture', 'polyline')).toHaveLength(0);
    expect(first('areas-dialog', 'dialog').matches(':modal')).toBe(true);
    await panel.press('{Escape}');
    expect(first('areas-dialog', 'dialog').matches(':modal')).toBe(false);
  });

  it('are polygons made by the keyboard alone, corner by corner', async () => {
    await open();
    await choosePolygons();
    await panel.click(panel.button('Add an area'));
    await panel.until(() => within('area-picture', 'button.area:focus').length === 1);
    await panel.press('{ArrowLeft}');
    first('area-picture', 'button.corner').focus();
    await panel.press('{ArrowUp}{Insert}');
    await panel.until(() => within('area-picture', 'button.corner:focus').length === 1);
    await panel.press('{ArrowDown}{Delete}{Delete}');
    const [corner] = within('areas-dialog', 'number-field').slice(-1);
    corner?.dispatchEvent(Object.assign(new Event('number'), { value: 75 }));
    await panel.drawn();
    await panel.click(panel.button('Train anew with them'));
    expect(panel.editor.callsOf('rescan')).toEqual([
      [{ kind: 'ignore', corners: [[0.39, 0.39], [0.59, 0.6], [0.39, 0.75]] }], // prettier-ignore
    ]);
  });

  it('have corners that are dragged', async () => {
    await open([{ kind: 'attend', corners: [[0.1, 0.1], [0.5, 0.1], [0.1, 0.5]] }]); // prettier-ignore
    const [, second] = within('area-picture', 'button.corner');
    await drag([0.5, 0.1], [1.2, 0.3], second);
    await panel.click(panel.button('Train anew with them'));
    expect(panel.editor.callsOf('rescan')).toEqual([
      [{ kind: 'attend', corners: [[0.1, 0.1], [1, 0.3], [0.1, 0.5]] }], // prettier-ignore
    ]);
  });

  it('are moved and resized by the keyboard alone', async () => {
    await open();
    await panel.click(panel.button('Add an area'));
    await panel.until(() => within('area-picture', 'button.area:focus').length === 1);
    await panel.press('{ArrowRight}{ArrowRight}{ArrowUp}{Shift>}{ArrowDown}{ArrowLeft}{/Shift}');
    await panel.click(panel.button('Train anew with them'));
    expect(panel.editor.callsOf('rescan')).toEqual([[{ kind: 'ignore', x0: 0.42, y0: 0.39, x1: 0.61, y1: 0.6 }]]);
  });

  it('are typed in per cent, and stay rectangles', async () => {
    await open([rightEdge]);
    const [left] = within('areas-dialog', 'number-field');
    left?.dispatchEvent(Object.assign(new Event('number'), { value: 70 }));
    await panel.drawn();
    const right = within('areas-dialog', 'number-field')[2];
    right?.dispatchEvent(Object.assign(new Event('number'), { value: 20 }));
    await panel.drawn();
    await panel.click(panel.button('Train anew with them'));
    expect(panel.editor.callsOf('rescan')).toEqual([[{ ...rightEdge, x0: 0.7, x1: 0.71 }]]);
  });

  it('are removed by Delete, and the former ones are one click away after they were applied', async () => {
    await open([rightEdge]);
    first('area-picture', 'button.area').focus();
    await panel.press('{Delete}');
    expect(within('area-picture', 'button.area')).toHaveLength(0);
    await panel.click(
      panel.all('vscode-button').find((button) => button.textContent.includes('Apply')) ?? panel.element,
    );
    expect(panel.editor.callsOf('rescore')).toEqual([[]]);
    await panel.editor.panel.update(withAreas([], 1));
    await panel.drawn();
    await panel.click(panel.one('.areas'));
    await panel.click(panel.button('Back to the former areas'));
    expect(panel.editor.callsOf('rescore')).toEqual([[], [rightEdge]]);
  });

  it('change the ranking as soon as they are applied, though a review has begun', async () => {
    await open();
    const model = () => panel.element.model;
    model().changeReview((book) => book.decide([0], () => 'good', 0));
    await drag([0.1, 0.2], [0.6, 0.8]);
    await panel.click(
      panel.all('vscode-button').find((button) => button.textContent.includes('Apply')) ?? panel.element,
    );
    const { snapshot, ...rest } = withAreas([rightEdge], 1);
    if (!snapshot) throw new Error('The state has no run.');
    const { review } = model();
    const anomaly = snapshot.scores['anomaly']?.map((score) => -score) ?? new Float32Array();
    const [first] = model().list.items;
    await panel.editor.panel.update({
      ...rest,
      snapshot: { ...snapshot, review, scores: { ...snapshot.scores, anomaly } },
    });
    expect(model().betterRanking).toBe(false);
    expect(model().list.items[0]).not.toBe(first);
    expect(model().decisionOf(0)).toBe('good');
    // What comes later without having been asked for waits again.
    const later = { ...snapshot, review };
    await panel.editor.panel.update({ ...rest, snapshot: later });
    expect(model().betterRanking).toBe(true);
  });

  it('and the pictures of one run are nothing to another', async () => {
    await open([rightEdge]);
    await drag([0.1, 0.2], [0.3, 0.4]);
    await panel.click(
      panel.all('vscode-button').find((button) => button.textContent.includes('Apply')) ?? panel.element,
    );
    await panel.click(panel.one('.areas'));
    const other = withAreas([]);
    if (!other.snapshot) throw new Error('The state has no run.');
    await panel.editor.panel.update({ ...other, snapshot: { ...other.snapshot, runFolder: '/runs/apples-2' } });
    await panel.drawn();
    expect(first('areas-dialog', 'dialog').matches('[open]')).toBe(false);
    await panel.click(panel.one('.areas'));
    expect(within('area-picture', 'button.area')).toHaveLength(0);
    expect(panel.all('vscode-button').map((button) => button.textContent.trim())).not.toContain(
      'Back to the former areas',
    );
  });

  it('tell why there are no pictures to draw on', async () => {
    await size(1280);
    panel = await MountedPanel.mount({
      state: withAreas([]),
      meanPictures: () => Promise.reject(new Error('The cache is gone.')),
    });
    await panel.click(panel.one('.areas'));
    await panel.until(() => within('areas-dialog', '.problem').length > 0);
    expect(first('areas-dialog', '.problem').textContent).toBe('The cache is gone.');
  });

  it.each(themeNames)('are accessible in a %s theme', async (theme) => {
    applyTheme(theme);
    await open([
      rightEdge,
      { kind: 'attend', x0: 0.1, y0: 0.1, x1: 0.6, y1: 0.8 },
      { kind: 'ignore', corners: [[0.2, 0.2], [0.5, 0.3], [0.7, 0.9], [0.2, 0.6]] }, // prettier-ignore
    ]);
    await page.screenshot({ path: `../../artifacts/webview/areas-${theme}.png` });
    expect(await problems(panel.element)).toEqual([]);
  });

  it.each([300, 1600])('fit into %i pixels', async (width) => {
    await open([rightEdge]);
    await size(width, 760);
    await panel.drawn();
    await page.screenshot({ path: `../../artifacts/webview/areas-${width}.png` });
    expectWithin(width, within('areas-dialog', '*'));
  });
});

describe('the offer to ignore an area', () => {
  const offer = { area: rightEdge, images: 312, flagged: 400, flaggedAfter: 95 };

  async function offered(area = rightEdge): Promise<void> {
    await size(1280);
    panel = await MountedPanel.mount({
      state: withAreas([]),
      areaOffer: () => Promise.resolve({ ...offer, area }),
    });
    await panel.until(() => within('area-offer', '.notice').length > 0);
  }

  it('says where, and what it would change, and is accepted', async () => {
    await offered();
    expect(panel.text('area-offer')).toContain(
      '312 flagged images differ in the same area (right edge). Without it about 95 instead of 400 are flagged.',
    );
    await page.screenshot({ path: '../../artifacts/webview/area-offer.png' });
    await panel.click(panel.button('Ignore it'));
    expect(panel.editor.callsOf('rescore')).toEqual([[rightEdge]]);
    expect(within('area-offer', '.notice')).toHaveLength(0);
  });

  it.each([
    ['upper edge', { x0: 0, y0: 0, x1: 1, y1: 0.25 }],
    ['lower left corner', { x0: 0, y0: 0.5, x1: 0.25, y1: 1 }],
    ['left edge', { x0: 0, y0: 0.25, x1: 0.25, y1: 0.75 }],
    ['middle', { x0: 0.25, y0: 0.25, x1: 0.75, y1: 0.75 }],
    ['middle', { x0: 0, y0: 0.25, x1: 1, y1: 0.5 }],
    ['all of the picture', { x0: 0, y0: 0, x1: 1, y1: 1 }],
  ])('calls the %s by its name', async (name, edges) => {
    await offered({ kind: 'ignore', ...edges });
    expect(panel.text('area-offer')).toContain(`(${name})`);
  });

  it('is looked at on the picture before anything is done', async () => {
    await offered();
    await panel.click(panel.button('Look'));
    await panel.until(() => within('area-picture', 'button.area').length === 1);
    expect(panel.editor.callsOf('rescore')).toEqual([]);
  });

  it('goes away when it is not wanted now', async () => {
    await offered();
    await panel.click(panel.button('Not now'));
    expect(within('area-offer', '.notice')).toHaveLength(0);
    expect(panel.editor.callsOf('rescore')).toEqual([]);
  });
});

describe('the compared pictures', () => {
  const compare = async (settings: Partial<ScanSettings>) => {
    await size(1280);
    const { snapshot, ...rest } = withAreas(settings.areas ?? []);
    if (!snapshot) throw new Error('there is no run');
    const { request } = snapshot.record;
    const record = { ...snapshot.record, request: { ...request, settings: { ...request.settings, ...settings } } };
    panel = await MountedPanel.mount({ state: { ...rest, snapshot: { ...snapshot, record } } });
    await panel.focusFirst();
    await panel.press('{Enter}');
    await panel.until(() => panel.all('figure').length === 4);
  };
  const share = (inner: HTMLElement | undefined, outer: HTMLElement | undefined) =>
    (inner?.getBoundingClientRect().width ?? NaN) / (outer?.getBoundingClientRect().width ?? NaN);

  it('have the areas over them, where they lie in the part that the network sees, hatched where nothing counts', async () => {
    const attended: Area = { kind: 'attend', x0: 0.2, y0: 0.2, x1: 0.6, y1: 0.6 };
    await compare({ areas: [rightEdge, attended], roi: [0.5, 0, 1, 1] });
    const outlines = panel.all('figure .area');
    expect(outlines).toHaveLength(8);
    const [ofOriginal, ofSeen] = panel.all('figure .seen-part');
    const [original, seen] = panel.all('figure .picture');
    expect(share(ofOriginal, original)).toBeCloseTo(0.5, 2);
    expect(share(ofSeen, seen)).toBeCloseTo(1, 2);
    expect(share(outlines[0], ofOriginal)).toBeCloseTo(0.125, 2);
    // The error map is hatched by itself.
    expect(panel.all('figure .ignored')).toHaveLength(3);
    expect(await problems(panel.element)).toEqual([]);

    await panel.click(panel.one('.shown-areas input'));
    expect(panel.all('figure .area')).toEqual([]);
  });

  it('have polygons over them as well', async () => {
    await compare({ areas: [{ kind: 'ignore', corners: [[0, 0], [1, 0], [0, 1]] }] }); // prettier-ignore
    expect(panel.all('figure .polygon')).toHaveLength(4);
    const [hatched] = panel.all('figure .ignored');
    expect(hatched && getComputedStyle(hatched).clipPath).toContain('100% 0%, 0% 100%');
  });

  it('of a run without areas have nothing over them, and no switch for it', async () => {
    await compare({});
    expect(panel.all('figure .area, .shown-areas')).toEqual([]);
  });
});
