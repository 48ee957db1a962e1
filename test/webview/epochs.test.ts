/** The rankings after single epochs: looked at without touching the review. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { UserError } from '../../src/shared/errors';
import { robustZ } from '../../src/shared/statistics';
import { epochLosses } from './harness/editor-end';
import { MountedPanel, size } from './harness/mounted-panel';
import { states } from './harness/states';

let panel: MountedPanel;

beforeEach(async () => {
  await size(1280);
  panel = await MountedPanel.mount({ state: states.done });
});
afterEach(() => panel.unmount());

const top = () => panel.element.model.list.items[0];
const images = states.done.snapshot.paths.length;
/** The harness puts this image on top after an epoch. */
const topAfter = (epoch: number) => (epoch * 5) % images;
const opened = (epoch: number) => panel.until(() => top() === topAfter(epoch));

describe('the ranking after an epoch', () => {
  it('is offered where the tail stands out most, and shows its order', async () => {
    await panel.click(panel.button('Show the loss'));
    expect(panel.text('epoch-offer')).toContain('The tail stands out most after epoch 4.');
    await panel.click(panel.button('Open its ranking'));
    await opened(4);
    await panel.drawn();
    expect(panel.text('epoch-strip')).toContain('Ranking after epoch 4');
    expect(panel.text('epoch-strip')).toContain('separation 5.00');
    expect(panel.shownIndexes[0]).toBe(topAfter(4));
    await page.screenshot({ path: '../../artifacts/webview/epoch-open.png' });
  });

  it('says its own scores and ranks on the tiles', async () => {
    panel.element.model.epochs.open(4);
    await opened(4);
    await panel.drawn();
    const z = robustZ(epochLosses(images, 4)).z[topAfter(4)] ?? NaN;
    expect(panel.tile(topAfter(4)).getAttribute('aria-label')).toContain(`rank 1 after epoch 4, score ${z.toFixed(2)}`);
    expect(panel.all('.divider').length).toBe(0);
  });

  it('changes no flag, no threshold and nothing that is saved', async () => {
    const { model } = panel.element;
    const before = { review: model.review, flagged: model.flagged, threshold: model.threshold };
    model.epochs.open(6);
    await opened(6);
    expect({ review: model.review, flagged: model.flagged, threshold: model.threshold }).toEqual(before);
    await panel.click(panel.button('Export'));
    await panel.click(panel.one('[role=menuitem]'));
    await panel.until(() => panel.editor.callsOf('exportRun').length === 1);
    expect(panel.editor.callsOf('saveReview')).toEqual([]);
  });

  it('is stepped through by keys and buttons, and left by Escape', async () => {
    await panel.focusFirst();
    await panel.press('e');
    await opened(4);
    await panel.press('.');
    await opened(6);
    await panel.press(',,');
    await opened(2);
    await panel.drawn();
    const [before, after] = panel.all('.steps button');
    expect(before?.matches(':disabled')).toBe(true);
    await panel.click(after ?? panel.one('.steps button'));
    await opened(4);
    await panel.press('{Escape}');
    expect(panel.all('epoch-strip').length).toBe(0);
    expect(panel.element.model.view.sort).toBe('score');
  });

  it('leads back to the order that was there before', async () => {
    panel.element.model.setView({ sort: 'name' });
    panel.element.model.epochs.open(14);
    await opened(14);
    await panel.drawn();
    await panel.click(panel.button('Back to the review'));
    expect(panel.element.model.view.sort).toBe('name');
  });

  it('is opened by a click at its place in the chart', async () => {
    await panel.click(panel.button('Show the loss'));
    const chart = panel.one('.separations svg.opens');
    const box = chart.getBoundingClientRect();
    chart.dispatchEvent(
      new MouseEvent('click', { clientX: box.left + (7.1 / 13) * box.width, clientY: box.top + 5, bubbles: true }),
    );
    await opened(8);
  });

  it('asks for each epoch once, and for the last one wanted when answers are late', async () => {
    panel.unmount();
    const waiting = new Map<number, (losses: Float32Array) => void>();
    panel = await MountedPanel.mount({
      state: states.done,
      epochScores: (epoch) => new Promise((resolve) => waiting.set(epoch, resolve)),
    });
    const { epochs } = panel.element.model;
    epochs.open(4);
    epochs.open(6);
    await panel.until(() => waiting.has(6));
    expect(panel.text('epoch-strip')).toContain('Fetching the losses');
    waiting.get(6)?.(epochLosses(images, 6));
    await opened(6);
    waiting.get(4)?.(epochLosses(images, 4));
    await panel.drawn();
    expect(top()).toBe(topAfter(6));
    epochs.open(4);
    await opened(4);
    expect(panel.editor.callsOf('epochScores')).toEqual([4, 6]);
  });

  it('says why it cannot be had, and is asked for again', async () => {
    panel.unmount();
    let attempts = 0;
    panel = await MountedPanel.mount({
      state: states.done,
      epochScores: (epoch) =>
        ++attempts === 1
          ? Promise.reject(new UserError('run-invalid', 'The losses of this epoch are gone.'))
          : Promise.resolve(epochLosses(images, epoch)),
    });
    panel.element.model.epochs.open(4);
    await panel.until(() => panel.all('.problem').length === 1);
    expect(panel.text('.problem')).toBe('The losses of this epoch are gone.');
    await panel.click(panel.button('Try again'));
    await opened(4);
  });

  it('is there again after a reload', async () => {
    panel.element.model.epochs.open(8);
    await opened(8);
    const { editor } = panel;
    panel.unmount();
    panel = await MountedPanel.mount({ state: states.done }, editor.stored);
    await opened(8);
  });

  it.each(['running', 'stopped'] as const)('is left when the run is another, which is %s', async (status) => {
    panel.element.model.epochs.open(8);
    await opened(8);
    const { snapshot } = states.stopped;
    await panel.editor.panel.update({
      sourceName: 'apples',
      snapshot: { ...snapshot, runFolder: '/runs/other', record: { ...snapshot.record, status } },
    });
    await panel.until(() => panel.all('epoch-strip').length === 0);
    expect(panel.element.model.view.sort).toBe('score');
  });

  it('is not offered where no epoch was ranked', async () => {
    panel.unmount();
    const epochs = states.done.snapshot.record.epochs.map(({ epoch, trainLoss }) => ({
      epoch,
      trainLoss,
      learningRate: 1e-3,
      seconds: 1,
      imagesPerSecond: 100,
    }));
    const { snapshot } = states.done;
    panel = await MountedPanel.mount({
      state: { sourceName: 'x', snapshot: { ...snapshot, record: { ...snapshot.record, epochs } } },
    });
    await panel.click(panel.button('Show the loss'));
    expect(panel.all('epoch-offer').length).toBe(0);
    await panel.press('e.');
    expect(panel.element.model.view.sort).toBe('score');
  });
});
