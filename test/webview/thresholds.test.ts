/** Why a threshold lies there, what other methods would flag, how many are real, and how sure the figures are. */
import { page } from 'vitest/browser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { disagreements } from '../../src/shared/disagreements';
import { folderFigures } from '../../src/shared/folder-figures';
import { explain, judge } from '../../src/shared/judgement';
import type { RunSnapshot } from '../../src/shared/run';
import { setThresholdValue } from '../../webview/model/threshold-steps';
import { expectWithin, problems } from './harness/looks';
import { MountedPanel, size } from './harness/mounted-panel';
import { states } from './harness/states';
import { syntheticRun } from './harness/synthetic-run';
import { applyTheme, themeNames } from './harness/themes';

let panel: MountedPanel;
const run: RunSnapshot = syntheticRun({ images: 600, labelled: true, known: [5, 6, 7] });
const snapshot: RunSnapshot = {
  ...run,
  usualScores: { anomaly: Float32Array.from({ length: 200 }, (_, index) => index / 60) },
};
const labels = snapshot.labels ?? new Int8Array();

beforeEach(async () => {
  await size(1280);
  panel = await MountedPanel.mount({ state: { sourceName: 'apples', snapshot } });
});
afterEach(() => {
  panel.unmount();
  applyTheme('dark');
});

const rows = () => panel.all('.method-row').map((row) => row.innerText.replace(/\s+/g, ' '));
const openMethods = () => panel.click(panel.one('button.why'));
const openCurves = () => panel.click(panel.one('button.curves'));

describe('the outcome of the threshold', () => {
  it('tells how many of the flagged are real, as the command line does', async () => {
    const { model } = panel.element;
    for (const threshold of [2.5, 4]) {
      setThresholdValue(model, threshold);
      await panel.drawn();
      const judgement = judge({ ...snapshot, review: model.review });
      const { estimate } = judgement ? explain({ ...snapshot, review: model.review }, judgement) : {};
      expect(model.estimateAt(threshold)).toEqual(estimate);
      expect(panel.text('.outcome')).toContain(`about ${estimate?.real ?? NaN} of ${estimate?.flagged ?? NaN} real`);
    }
  });

  it('takes decisions for certain', async () => {
    const { model } = panel.element;
    setThresholdValue(model, 4);
    const flagged = model.flagged;
    await panel.focusFirst();
    await panel.press('g');
    expect(model.estimateAt(4)?.flagged).toBe(flagged - 1);
    const judgement = judge({ ...snapshot, review: model.review });
    expect(model.estimateAt(4)).toEqual(
      judgement && explain({ ...snapshot, review: model.review }, judgement).estimate,
    );
  });

  it('says why the line lies there', () => {
    expect(panel.text('.reason')).toBe(model().reasonOf({ method: 'auto' }));
    expect(panel.text('.reason')).toMatch(/^The scores/);
  });
});

const model = () => panel.element.model;

describe('the table of methods', () => {
  it('opens by its button and closes by it, which keeps the focus', async () => {
    expect(panel.all('method-table').length).toBe(0);
    await openMethods();
    expect(panel.one('button.why').getAttribute('aria-expanded')).toBe('true');
    expect(panel.all('method-table').length).toBe(1);
    await openMethods();
    expect(panel.all('method-table').length).toBe(0);
  });

  it('has a line for each method that can be used here, with its count and a sentence', async () => {
    await openMethods();
    for (const title of [
      'Automatic',
      'Percentile',
      'Held-out normals',
      'Share of known anomalies',
      'False positive rate',
    ])
      expect(rows().some((row) => new RegExp(`^${title} [\\d.,–-]+ \\d+ \\([\\d.]+%\\) .*\\.$`).test(row))).toBe(true);
  });

  it('leaves out what needs something that is not there', async () => {
    panel.unmount();
    panel = await MountedPanel.mount({ state: { sourceName: 'x', snapshot: syntheticRun({ images: 60 }) } });
    await openMethods();
    expect(rows().some((row) => /normals|known|rate|F1/i.test(row.split(' ').slice(0, 3).join(' ')))).toBe(false);
  });

  it('draws the line by the method that is pressed', async () => {
    await openMethods();
    const button = panel.all('.pick').find((one) => one.innerText.includes('Held-out'));
    if (!button) return expect.fail('no such method');
    await panel.click(button);
    expect(model().review.threshold).toEqual({ method: 'normals' });
    expect(model().flagged).toBe(judge({ ...snapshot, review: model().review })?.flagged);
    expect(panel.text('.reason')).toMatch(/^Known to be usual.*: 6 of 200 images/);
  });
});

describe('with labels', () => {
  it('the images whose label and score contradict each other come first, in both directions', async () => {
    await panel.click(panel.one('button.jump'));
    const judgement = judge({ ...snapshot, review: model().review });
    const expected = disagreements({
      scores: snapshot.scores['anomaly'] ?? [],
      labels,
      flags: judgement?.flags ?? [],
      isDecided: () => false,
    });
    expect(expected.some(({ label }) => label === 1)).toBe(true);
    expect(expected.some(({ label }) => label === 0)).toBe(true);
    const amounts = new Map(expected.map(({ index, amount }) => [index, amount]));
    const shown = [...model().list.items];
    expect(new Set(shown)).toEqual(new Set(amounts.keys()));
    const inOrder = shown.map((index) => amounts.get(index) ?? NaN);
    expect(inOrder).toEqual([...inOrder].sort((a, b) => b - a));
    await panel.focusFirst();
    await panel.press('x');
    expect(model().list.items.length).toBe(shown.length - 1);
    await panel.click(panel.one('button.jump'));
    expect(model().view.show).toBe('all');
  });

  it('intervals are told beside the curves', async () => {
    await openCurves();
    await panel.until(() => /AUROC\s+0\.\d{3}–[01]\.\d{3}/.test(panel.text('.intervals')));
    const { ranking, labelCounts } = model();
    const quality = ranking && labelCounts.quality(ranking, labels);
    const [, low = NaN, high = NaN] = (/AUROC\s+([\d.]+)–([\d.]+)/.exec(panel.text('.intervals')) ?? []).map(Number);
    expect(low).toBeLessThanOrEqual(quality?.auroc ?? NaN);
    expect(high).toBeGreaterThanOrEqual((quality?.auroc ?? NaN) - 0.001);
    expect(panel.text('.intervals')).toMatch(/Precision\s+[\d.]+–[\d.]+/);
  });

  it('figures by folder follow the line when it has come to rest', async () => {
    await openCurves();
    const expected = () =>
      folderFigures({
        paths: snapshot.paths,
        scores: snapshot.scores['anomaly'] ?? [],
        labels,
        flags: judge({ ...snapshot, review: model().review })?.flags ?? [],
      }).map(({ images, flagged }) => [images, flagged]);
    const shown = () =>
      panel
        .all('.folder-row')
        .map((row) => [...row.querySelectorAll('td')].slice(1, 3).map((cell) => Number(cell.innerText)));
    expect(shown()).toEqual(expected());
    setThresholdValue(model(), 0.5);
    await panel.until(() => JSON.stringify(shown()) === JSON.stringify(expected()));
  });
});

describe('all of it open', () => {
  const open = async (state = states.labelled) => {
    panel.unmount();
    panel = await MountedPanel.mount({ state });
    model().setView({ methodsOpen: true, curvesOpen: true });
    await panel.until(() => panel.all('.skeleton').length === 0);
    await panel.drawn();
    await panel.until(() => /AUROC\s+0?1?\.?\d*–/.test(panel.text('.intervals')));
  };

  it.each(themeNames)('is accessible in a %s theme', async (theme) => {
    applyTheme(theme);
    await open();
    await page.screenshot({ path: `../../artifacts/webview/thresholds-${theme}.png` });
    expect(await problems(panel.element)).toEqual([]);
  });

  it.each([300, 700, 1600])('fits into %i pixels', async (width) => {
    await size(width, 900);
    await open();
    await page.screenshot({ path: `../../artifacts/webview/thresholds-${width}.png` });
    expect(panel.element.scrollWidth).toBeLessThanOrEqual(width);
    expectWithin(width, panel.all('*'));
  });
});
