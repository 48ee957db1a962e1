/** A run with labels and known anomalies: figures that follow the threshold, and the images that disagree. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { evaluate } from '../../src/shared/evaluation';
import { judge } from '../../src/shared/judgement';
import { confusion, type Confusion } from '../../src/shared/ranking';
import type { Review, RunSnapshot } from '../../src/shared/run';
import { setThresholdValue } from '../../webview/model/threshold-steps';
import { MountedPanel, size } from './harness/mounted-panel';
import { states } from './harness/states';
import { syntheticRun } from './harness/synthetic-run';

let panel: MountedPanel;

beforeEach(async () => {
  await size(1280);
  panel = await MountedPanel.mount({ state: states.labelled });
});
afterEach(() => panel.unmount());

const snapshot: RunSnapshot = states.labelled.snapshot;
const labels = snapshot.labels ?? new Int8Array();
const figures = () => panel.text('label-figures');

/** By the code that the exports and the command line use. */
function expected(review: Review): Confusion {
  return confusion(judge({ ...snapshot, review })?.flags ?? [], labels);
}

function shownTable(): Confusion {
  const numbers = panel.all('.table li').map((cell) => Number(/\d+/.exec(cell.innerText)?.[0]));
  const [truePositives = NaN, falseNegatives = NaN, falsePositives = NaN, trueNegatives = NaN] = numbers;
  return { truePositives, falseNegatives, falsePositives, trueNegatives };
}

describe('with labels', () => {
  it.each([-2, 0, 0.7, 1.9, 5.1, 100])('the figures follow the threshold to %d', async (threshold) => {
    const { model } = panel.element;
    setThresholdValue(model, threshold);
    await panel.drawn();
    const table = shownTable();
    expect(table).toEqual(expected(model.review));
    const tpr = table.truePositives / (table.truePositives + table.falseNegatives);
    expect(figures()).toContain(`TPR ${Number((100 * tpr).toFixed(1))}%`);
  });

  it('the figures include decisions, and images that cannot be read', async () => {
    const { model } = panel.element;
    await panel.focusFirst();
    await panel.press(
      'g{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}x',
    );
    expect(shownTable()).toEqual(expected(model.review));
    model.changeReview((book) => book.setUnreadable('keep'));
    await panel.drawn();
    expect(shownTable()).toEqual(expected(model.review));
    expect(Object.keys(model.review.decisions).length).toBe(2);
  });

  it('the rates are told as well against the labels that the marks correct', async () => {
    const { model } = panel.element;
    expect(panel.text('label-figures')).not.toContain('corrected');
    const wrong = labels.findIndex((label, index) => label === 0 && !model.isFlagged(index));
    const missed = labels.findIndex((label, index) => label === 1 && !model.isFlagged(index));
    model.changeReview((book) => book.decide([wrong], () => 'bad', wrong));
    model.changeReview((book) => book.decide([missed], () => 'good', missed));
    await panel.drawn();
    const corrected = labels.slice();
    corrected[wrong] = 1;
    corrected[missed] = 0;
    const flags = judge({ ...snapshot, review: model.review })?.flags ?? [];
    const { truePositives, falseNegatives, trueNegatives, falsePositives } = confusion(flags, corrected);
    const percent = (part: number, rest: number) => `${Number(((100 * part) / (part + rest)).toFixed(1))}%`;
    const rates = `TPR ${percent(truePositives, falseNegatives)}, TNR ${percent(trueNegatives, falsePositives)}`;
    expect(panel.one('.corrected').textContent).toBe(`With the labels that you corrected (2): ${rates}`);
  });

  it('the rates are said to screen readers when the line has come to rest', async () => {
    setThresholdValue(panel.element.model, 100);
    await panel.until(() => panel.text('panel-announcer').includes('True positive rate'));
    expect(panel.text('panel-announcer')).toMatch(/^\d+ flagged \(.*\) True positive rate \d/);
  });

  it('the quality of the shown score is told', async () => {
    const quality = (score: string) => {
      const { auroc = NaN, averagePrecision = NaN } =
        evaluate({ columns: snapshot.scores, score, labels, flags: [] }).perScore[score] ?? {};
      return `AUROC ${auroc.toFixed(3)} AP ${averagePrecision.toFixed(3)}`;
    };
    expect(figures()).toContain(quality('anomaly'));
    panel.element.model.changeReview((book) => book.setScore('pca'));
    await panel.drawn();
    expect(figures()).toContain(quality('pca'));
    expect(quality('pca')).not.toBe(quality('anomaly'));
  });

  it('the curves are drawn on request, with the point of the flags on them', async () => {
    const { model } = panel.element;
    const pointOf = (plot: number) => {
      const drawn = panel.all('path.point')[plot]?.getAttribute('d') ?? '';
      return drawn.match(/[\d.]+/g)?.map(Number) ?? [];
    };
    expect(panel.all('label-curves').length).toBe(0);
    await panel.click(panel.one('button.curves'));
    for (const threshold of [0.7, 1.9]) {
      setThresholdValue(model, threshold);
      await panel.drawn();
      const table = expected(model.review);
      const recall = table.truePositives / (table.truePositives + table.falseNegatives);
      const alarms = table.falsePositives / (table.falsePositives + table.trueNegatives);
      const precise = table.truePositives / (table.truePositives + table.falsePositives);
      expect(pointOf(0)[0]).toBeCloseTo(alarms, 6);
      expect(pointOf(0)[1]).toBeCloseTo(1 - recall, 6);
      expect(pointOf(1)[0]).toBeCloseTo(recall, 6);
      expect(pointOf(1)[1]).toBeCloseTo(1 - precise, 6);
    }
    // The images that cannot be read are flagged, but on no curve: the point lies close to it.
    const corners = panel.one('path.curve').getAttribute('d')?.slice(1).split('L') ?? [];
    const [x = NaN, y = NaN] = pointOf(0);
    const distances = corners.map((corner) => {
      const [cornerX = NaN, cornerY = NaN] = corner.split(' ').map(Number);
      return Math.hypot(cornerX - x, cornerY - y);
    });
    expect(Math.min(...distances)).toBeLessThan(0.05);
    expect(corners[0]).toBe('0.0000 1.0000');
    expect(corners.at(-1)).toBe('1.0000 0.0000');
    await panel.click(panel.one('button.curves'));
    expect(panel.all('label-curves').length).toBe(0);
  });

  it('the methods that need them can be chosen, with their counts', async () => {
    const names = panel.all('.methods button').map((button) => button.innerText);
    for (const method of [
      'True positive rate',
      'Best F1',
      'Youden',
      'Lowest known anomaly',
      'Mean of known anomalies',
    ]) {
      expect(names.some((name) => new RegExp(`^${method}\\s+\\d+$`).test(name))).toBe(true);
    }
    await panel.click(
      panel.all('.methods button').find((button) => button.innerText.includes('F1')) ?? panel.one('button'),
    );
    const { model } = panel.element;
    expect(model.review.threshold).toEqual({ method: 'f1' });
    expect(model.flagged).toBe(judge({ ...snapshot, review: model.review })?.flagged);
  });

  it('the images that disagree are found, and leave as they are put right', async () => {
    const { model } = panel.element;
    const { falsePositives, falseNegatives } = expected(model.review);
    model.setView({ show: 'disagrees' });
    expect(model.list.items.length).toBe(falsePositives + falseNegatives);
    await panel.click(panel.all('.table button')[0] ?? panel.one('.table button'));
    expect(model.view.show).toBe('missed');
    expect(model.list.items.length).toBe(falseNegatives);
    expect(panel.tiles[0]?.getAttribute('aria-label')).toContain('labelled bad, but not flagged');
    await panel.click(panel.all('.table button')[1] ?? panel.one('.table button'));
    expect(model.list.items.length).toBe(falsePositives);
    await panel.focusFirst();
    await panel.press('g');
    expect(model.list.items.length).toBe(falsePositives - 1);
  });

  it('a tile says its label, and marks what disagrees', async () => {
    const { items } = panel.element.model.list;
    const bad = items.find((index) => labels[index] === 1) ?? -1;
    expect(panel.tile(bad).getAttribute('aria-label')).toContain(', labelled bad');
    expect(panel.tile(bad).querySelectorAll('.label.disagrees').length).toBe(0);
    await panel.click(panel.tile(bad).querySelector('button') ?? panel.tile(bad));
    expect(panel.tile(bad).querySelectorAll('.label.disagrees').length).toBe(1);
    await page.screenshot({ path: '../../artifacts/webview/labels-disagree.png' });
  });
});

describe('with known anomalies', () => {
  it('it is told how many lie above the line, and where they lie', async () => {
    setThresholdValue(panel.element.model, 6);
    await panel.drawn();
    expect(figures()).toContain('Known anomalies: 3 of 5 above the line (60%)');
    expect(panel.one('svg.known path').getAttribute('d')?.split('M').length).toBe(6);
  });

  it('and no labels there are no rates', async () => {
    panel.unmount();
    panel = await MountedPanel.mount({ state: states.done });
    expect(figures()).toMatch(/^Known anomalies: \d of 3/);
  });
});

it('without either there is neither a figure nor a filter', async () => {
  panel.unmount();
  // A label file of other images names none of these.
  const run = { ...syntheticRun({ images: 50 }), labels: new Int8Array(50).fill(-1) };
  panel = await MountedPanel.mount({ state: { sourceName: 'x', snapshot: run } });
  expect(panel.all('label-figures').length).toBe(0);
  expect(panel.all('.label').length).toBe(0);
  expect(panel.all('.methods button').some((button) => button.innerText.includes('F1'))).toBe(false);
});
