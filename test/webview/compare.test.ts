import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PanelComparison } from '../../src/shared/contracts';
import { UserError } from '../../src/shared/errors';
import { comparison } from './harness/editor-end';
import { MountedPanel, size } from './harness/mounted-panel';
import { states } from './harness/states';

let panel: MountedPanel;

async function open(compare?: (index: number) => Promise<PanelComparison>): Promise<void> {
  panel = await MountedPanel.mount({ state: states.done, ...(compare && { compare }) });
  await panel.focusFirst();
  await panel.press('{Enter}');
}

const items = () => panel.element.model.list.items;
const zoom = () => panel.one('.pictures').style.getPropertyValue('--zoom');

beforeEach(() => size(1280));
afterEach(() => panel.unmount());

describe('the comparison', () => {
  it('shows original, seen, reconstruction and error with the scale of the data set', async () => {
    await open();
    await panel.until(() => panel.all('figure').length === 4);
    const captions = panel.all('figcaption').map((caption) => caption.innerText);
    expect(captions.filter((caption) => !caption.includes('loss') && !caption.includes('separation'))).toEqual([
      'original',
      'seen by the network',
      'reconstruction',
      'error',
    ]);
    expect(panel.text('compare-pictures')).toContain('full intensity is a squared error of 0.034');
  });

  it('says which scores put the image there, and what each means', async () => {
    await open();
    await panel.until(() => panel.all('.contribution').length === 4);
    const [first] = panel.all('.contribution');
    expect(first?.innerText).toContain('Encoder distance');
    expect(first?.innerText).toContain('9.81');
    expect(first?.innerText).toMatch(/How unusual/);
    expect(first?.querySelector<HTMLElement>('.bar')?.style.getPropertyValue('--share')).toBe('0.6200');
  });

  it('says where a file went that was moved away', async () => {
    await open(async (index) => ({ ...(await comparison(index)), movedTo: '/away/odd\n1.png' }));
    await panel.until(() => panel.all('.moved').length === 1);
    expect(panel.text('.moved')).toBe('Its file was moved away, to /away/odd\\n1.png');
  });

  it('says how sure the rank is, where that is known', async () => {
    const rank = { rank: 12, best: 5, worst: 30, of: 1714 };
    await open(async (index) => ({ ...(await comparison(index)), rank }));
    await panel.until(() => panel.all('.contribution').length === 4);
    expect(panel.text('.likely-rank')).toBe(
      'By all scores together rank 12 of 1,714; if the scan were repeated, likely 5 to 30.',
    );
  });

  it('follows the focus, and goes on by its own buttons', async () => {
    await open();
    await panel.press('{ArrowRight}');
    await panel.until(() => panel.editor.callsOf('compare').includes(items()[1]));
    expect(panel.text('compare-view')).toContain('rank 2');
    await panel.click(panel.button('Next image'));
    expect(panel.text('compare-view')).toContain('rank 3');
    await panel.click(panel.button('Previous image'));
    expect(panel.text('compare-view')).toContain('rank 2');
  });

  it('shows the last image asked for, whatever order the answers come in', async () => {
    const answers = new Map<number, () => void>();
    await open(
      (index) =>
        new Promise((resolve) => {
          answers.set(index, () => void comparison(index).then(resolve));
        }),
    );
    const [first = -1, second = -1] = items();
    await panel.press('{ArrowRight}');
    await panel.until(() => answers.has(second));
    answers.get(second)?.();
    await panel.until(() => panel.all('figure img').length === 4);
    const shown = () => panel.one('figure img').getAttribute('src');
    const right = shown();
    answers.get(first)?.();
    await panel.drawn();
    expect(shown()).toBe(right);
    expect(right).toBe((await comparison(second)).original);
  });

  it('zooms in step by keys, and back', async () => {
    await open();
    await panel.until(() => panel.all('figure img').length === 4);
    await panel.press('++');
    expect(Number(zoom())).toBeCloseTo(1.96, 2);
    const widths = panel.all('figure img').map((img) => Math.round(img.getBoundingClientRect().width));
    expect(new Set(widths).size).toBe(1);
    await panel.press('0');
    expect(zoom()).toBe('1');
  });

  it('zooms by the wheel at the place under the pointer', async () => {
    await open();
    await panel.until(() => panel.all('figure img').length === 4);
    const frame = panel.one('figure .frame');
    const box = frame.getBoundingClientRect();
    frame.dispatchEvent(
      new WheelEvent('wheel', {
        deltaY: -200,
        clientX: box.left + 5,
        clientY: box.top + 5,
        bubbles: true,
        cancelable: true,
      }),
    );
    await panel.drawn();
    expect(Number(zoom())).toBeGreaterThan(1.5);
    expect(Number(panel.one('.pictures').style.getPropertyValue('--x'))).toBeLessThan(0.45);
  });

  it('fetches ahead, so that the next image is there in a frame and no picture is ever missing', async () => {
    await open();
    await panel.until(() => panel.editor.callsOf('compare').length >= 3);
    await panel.until(() => panel.all('figure img').length === 4);
    const shown = () => panel.one('figure img').getAttribute('src');
    for (let place = 1; place <= 20; place++) {
      await panel.press('{ArrowRight}');
      const blank = panel.all('figure img').filter((img) => img instanceof HTMLImageElement && img.naturalWidth === 0);
      expect(blank).toEqual([]);
      const { original } = await comparison(items()[place] ?? -1);
      await panel.until(() => shown() === original);
    }
    expect(new Set(panel.editor.callsOf('compare')).size).toBe(panel.editor.callsOf('compare').length);
  });

  it('draws the error map on a scale of its own on request, and says so', async () => {
    await open();
    await panel.until(() => panel.all('figure img').length === 4);
    await panel.click(panel.one('.own-scale input'));
    const { ownErrorMap } = await comparison(items()[0] ?? -1);
    expect(panel.all('figure img')[3]?.getAttribute('src')).toBe(ownErrorMap);
    expect(panel.all('figcaption').map((caption) => caption.innerText)).toContain('error, own scale');
    expect(panel.text('compare-pictures')).toContain('largest squared error, 0.12; not to be compared');
    await panel.press('{Escape}{Enter}');
    await panel.until(() => panel.all('figure img').length === 4);
    expect(panel.text('compare-pictures')).toContain('not to be compared');
  });

  it.each([
    [1, 1],
    [20_000, 100],
    [30, 9_000],
  ])('shows the same place in all pictures of an image of %i×%i, at any zoom', async (width, height) => {
    await open(async (index) => ({ ...(await comparison(index)), width, height }));
    await panel.until(() => panel.all('figure img').length === 4);
    const boxes = () =>
      panel.all('figure').map((figure) => {
        const frame = figure.querySelector('.frame')?.getBoundingClientRect() ?? new DOMRect();
        const img = figure.querySelector('img')?.getBoundingClientRect() ?? new DOMRect();
        const x = (frame.left + frame.width / 2 - img.left) / img.width;
        const y = (frame.top + frame.height / 2 - img.top) / img.height;
        return { x, y, fills: img.width > frame.width - 5 && img.height > frame.height - 5 };
      });
    const isSame = () => {
      const spread = (places: number[]) => Math.max(...places) - Math.min(...places);
      return spread(boxes().map(({ x }) => x)) < 0.01 && spread(boxes().map(({ y }) => y)) < 0.01;
    };
    expect(isSame()).toBe(true);
    const frame = panel.one('figure .frame').getBoundingClientRect();
    expect(frame.width / frame.height).toBeCloseTo(Math.min(3, Math.max(1 / 3, width / height)), 1);
    panel
      .one('figure .frame')
      .dispatchEvent(
        new MouseEvent('dblclick', { clientX: frame.left + frame.width / 3, clientY: frame.top + 9, bubbles: true }),
      );
    await panel.drawn();
    expect(isSame()).toBe(true);
    expect(boxes().every(({ fills }) => fills)).toBe(true);
    await panel.press('{+>12}');
    expect(isSame()).toBe(true);
  });

  it('says why there is none', async () => {
    await open(() => Promise.reject(new UserError('run-invalid', 'The network of this run is missing; scan again.')));
    await panel.until(() => panel.all('.problem').length === 1);
    expect(panel.text('.problem')).toBe('The network of this run is missing; scan again.');
  });

  it('marks, opens and reveals its image', async () => {
    await open();
    await panel.click(panel.button('Bad'));
    expect(panel.element.model.decisionOf(items()[0] ?? -1)).toBe('bad');
    await panel.click(panel.button('Open'));
    await panel.click(panel.button('Reveal'));
    expect(panel.editor.callsOf('openImage')).toEqual([items()[0]]);
    expect(panel.editor.callsOf('reveal')).toEqual([items()[0]]);
  });

  it('closes by Escape, the focus back on its image', async () => {
    await open();
    await panel.press('{ArrowRight}{Escape}');
    expect(panel.all('compare-view').length).toBe(0);
    expect(panel.focusedTile).toBe(items()[1]);
  });

  it('has a narrow panel to itself, but for the count, until it is closed', async () => {
    await size(320);
    await open();
    const isShown = (part: string) => panel.one(part).getBoundingClientRect().height > 0;
    await panel.until(() => panel.all('figure').length > 0);
    expect(['score-histogram', 'threshold-controls', 'review-toolbar'].map(isShown)).toEqual([false, false, false]);
    expect(isShown('panel-header')).toBe(true);
    expect(panel.one('compare-view').getBoundingClientRect().height).toBeGreaterThan(window.innerHeight / 2);
    await panel.press('{Escape}');
    expect(['score-histogram', 'threshold-controls', 'review-toolbar'].map(isShown)).toEqual([true, true, true]);
  });

  it('covers the images in a narrow panel, which cannot be reached meanwhile', async () => {
    await size(400);
    await open();
    expect(panel.one('.images').inert).toBe(true);
    expect(panel.one('compare-view').getBoundingClientRect().width).toBe(400);
    await panel.press('{Escape}');
    expect(panel.one('.images').inert).toBe(false);
  });
});
