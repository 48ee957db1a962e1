import { describe, expect, it } from 'vitest';
import { flagImages } from '../../src/shared/flags';
import { GridLayout } from '../../webview/grid/grid-layout';
import { orderByName } from '../../webview/model/item-list';
import { PanelModel } from '../../webview/model/panel-model';
import { RankedScores } from '../../src/shared/ranked-scores';
import { scoreAxis } from '../../webview/model/score-axis';
import { zoomAt, wholePicture } from '../../webview/compare/zoom-group';
import { syntheticRun } from './harness/synthetic-run';

describe('ranked scores', () => {
  it('come strangest first, equal ones in data-set order, unreadable ones last', () => {
    const ranked = new RankedScores(Float32Array.from([0.5, NaN, -3, 7, 0.5, -0, 0, Infinity, NaN]));
    expect([...ranked.order]).toEqual([7, 3, 0, 4, 5, 6, 2, 1, 8]);
    expect([...ranked.rank]).toEqual([3, 0, 7, 2, 4, 5, 6, 1, 0]);
    expect(ranked.scored).toBe(7);
  });

  it('count what reaches a threshold, the threshold itself included', () => {
    const ranked = new RankedScores(Float32Array.from([1, 2, 2, 3, NaN]));
    expect([0, 1, 2, 2.5, 3, 4].map((threshold) => ranked.countAtLeast(threshold))).toEqual([4, 4, 3, 1, 1, 0]);
  });

  it('order a hundred thousand scores as a comparison would', () => {
    const { anomaly = new Float32Array() } = syntheticRun({ images: 100_000 }).scores;
    const order = [...new RankedScores(anomaly).order];
    const expected = [...anomaly.keys()].sort((a, b) => (anomaly[b] ?? 0) - (anomaly[a] ?? 0) || a - b);
    expect(order).toEqual(expected);
  });
});

describe('the score axis', () => {
  it.each([
    [-2, 9],
    [-3, 4000],
    [-800, 5],
    [0, 0],
  ])('finds each score again between %d and %d', (low, high) => {
    const axis = scoreAxis(low, high);
    for (const share of [0, 0.1, 0.5, 0.99]) expect(axis.shareOf(axis.scoreAt(share))).toBeCloseTo(share, 6);
    expect(axis.shareOf(low)).toBeGreaterThanOrEqual(0);
    expect(axis.shareOf(high)).toBeLessThanOrEqual(1);
    expect(axis.ticks.every((tick) => tick >= axis.min && tick <= axis.max)).toBe(true);
  });

  it('leaves usual scores room beside an extreme one', () => {
    const axis = scoreAxis(-2, 4000);
    expect(axis.shareOf(4) - axis.shareOf(0)).toBeGreaterThan(0.1);
  });
});

describe('the grid layout', () => {
  const layout = new GridLayout({ items: 23, above: 7, width: 560, tileSize: 128 });

  it('starts a new row after the threshold line', () => {
    expect(layout.columns).toBe(4);
    expect(layout.row(1)).toMatchObject({ kind: 'tiles', start: 4, end: 7 });
    expect(layout.row(2)).toMatchObject({ kind: 'divider' });
    expect(layout.row(3)).toMatchObject({ kind: 'tiles', start: 7, end: 11 });
    expect(layout.rows).toBe(7);
  });

  it('finds the row at every height', () => {
    for (let row = 0; row < layout.rows; row++) {
      expect(layout.rowAt(layout.topOf(row))).toBe(row);
      expect(layout.rowAt(layout.topOf(row) + 10)).toBe(row);
    }
  });

  it('places every item in the row that holds it', () => {
    for (let position = 0; position < 23; position++) {
      const { row, column } = layout.placeOf(position);
      expect(layout.row(row)).toMatchObject({ kind: 'tiles', start: position - column });
    }
  });

  it('steps over the threshold line, to the nearest column', () => {
    expect(layout.verticalNeighbour(3, 1)).toBe(6);
    expect(layout.verticalNeighbour(6, 1)).toBe(9);
    expect(layout.verticalNeighbour(9, -1)).toBe(6);
    expect(layout.verticalNeighbour(2, -1)).toBe(2);
    expect(layout.verticalNeighbour(21, 1)).toBe(21);
  });

  it('maps any scroll position of a million images to a place in the list', () => {
    const huge = new GridLayout({ items: 1_000_000, width: 300, tileSize: 128 });
    expect(huge.height).toBeGreaterThan(huge.contentHeight);
    expect(huge.toFull(0, 700)).toBe(0);
    expect(huge.toFull(huge.contentHeight - 700, 700)).toBeCloseTo(huge.height - 700, 0);
    expect(huge.toScroll(huge.toFull(5_000_000, 700), 700)).toBeCloseTo(5_000_000, 3);
  });
});

describe('the panel model', () => {
  it('counts flags exactly as the exports do, whatever was decided', () => {
    const snapshot = syntheticRun({ images: 500, unreadable: { 3: 'Empty.', 8: 'bytes' } });
    const hashes = snapshot.hashes.map((hash, index) => (index % 50 === 0 ? 'same' : hash));
    const model = new PanelModel();
    model.receive({ sourceName: 'x', snapshot: { ...snapshot, hashes } });
    model.changeReview((book) => book.decide([0, 3, 8, 17, 40], () => 'bad', 0));
    model.changeReview((book) => book.decide(model.list.items.subarray(0, 4), () => 'good', 0));
    for (const unreadable of ['flag', 'keep'] as const) {
      model.changeReview((book) => book.setUnreadable(unreadable));
      for (const threshold of [-5, 0.2, 1, 4, 99]) {
        const { review } = model;
        const scores = snapshot.scores['anomaly'] ?? [];
        const flags = flagImages({ scores, threshold, hashes, unreadable, decisions: review.decisions });
        expect(model.flaggedAt(threshold)).toBe(flags.reduce((sum, flag) => sum + flag, 0));
      }
      const flags = flagImages({
        scores: snapshot.scores['anomaly'] ?? [],
        threshold: model.threshold,
        hashes,
        unreadable,
        decisions: model.review.decisions,
      });
      expect(Array.from(flags, (_, index) => Number(model.isFlagged(index)))).toEqual([...flags]);
      model.setView({ show: 'flagged', sort: 'order' });
      expect([...model.list.items]).toEqual([...flags.keys()].filter((index) => flags[index] === 1));
      model.setView({ show: 'all', sort: 'score' });
    }
  });

  it('sorts names by their numbers', () => {
    const paths = ['b/10.png', 'b/9.png', 'a/100.png', 'B/2.png'];
    expect([...orderByName(paths)]).toEqual([3, 1, 0, 2]);
  });
});

describe('the zoom of the comparison', () => {
  it('keeps the point under the pointer where it is', () => {
    const zoomed = zoomAt(wholePicture, 2, 0.25, 0.75);
    // The point seen at (0.25, 0.75) of the frame, as a fraction of the picture.
    expect(zoomed.x + (0.25 - 0.5) / zoomed.factor).toBeCloseTo(0.25);
    expect(zoomed.y + (0.75 - 0.5) / zoomed.factor).toBeCloseTo(0.75);
  });

  it('never leaves the picture', () => {
    const zoomed = zoomAt(zoomAt(wholePicture, 4, 0, 0), 0.5, 1, 1);
    expect(zoomed.x).toBeGreaterThanOrEqual(0.5 / zoomed.factor);
    expect(zoomAt(zoomed, 0.001, 0.5, 0.5)).toEqual(wholePicture);
  });
});
