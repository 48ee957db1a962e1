import { describe, expect, it } from 'vitest';
import { ownTail } from '../../../src/shared/own-tail';
import { randomStream } from '../../../src/shared/random';
import { estimateReal, type FallingScores } from '../../../src/shared/real-estimate';
import type { Decision } from '../../../src/shared/run';
import { sortedNumbers } from '../../../src/shared/statistics';
import { tailOf } from '../../../src/shared/tail';

/** `usual` exponential scores and `odd` far out ones. */
function folder(usual: number, odd: number, seed: number) {
  const random = randomStream(seed, 'folder');
  const scores = [
    ...Array.from({ length: usual }, () => -Math.log((random.below(1e6) + 1) / 1e6)),
    ...Array.from({ length: odd }, () => 8 + random.normal()),
  ];
  const falling = scores.map((score, index) => ({ score, odd: index >= usual })).sort((a, b) => b.score - a.score);
  const column: FallingScores = {
    scored: falling.length,
    countAtLeast: (threshold) => falling.filter(({ score }) => score >= threshold).length,
    scoreAt: (place) => falling[place]?.score ?? NaN,
  };
  return { falling, column, tail: { tail: tailOf(sortedNumbers(Float64Array.from(scores))), of: 'own' as const } };
}

describe('the estimate of how many flagged images are odd', () => {
  it('holds the true number in about nine of ten folders', () => {
    let inside = 0;
    for (let seed = 0; seed < 40; seed++) {
      const { falling, column, tail } = folder(1500, 40, seed);
      const found = estimateReal(column, tail, 4.5, []);
      const flagged = falling.filter(({ score }) => score >= 4.5);
      const real = flagged.filter(({ odd }) => odd).length;
      expect(found?.flagged).toBe(flagged.length);
      if (found && found.low <= real && real <= found.high) inside++;
    }
    expect(inside).toBeGreaterThanOrEqual(35);
  });

  it('holds it where a quarter of the images is odd, too', () => {
    let inside = 0;
    for (let seed = 0; seed < 40; seed++) {
      const { falling, column } = folder(900, 300, seed);
      const tail = ownTail(sortedNumbers(falling.map(({ score }) => score)));
      expect(tail.apart).toBeGreaterThan(0.15);
      const found = estimateReal(column, { tail, of: 'own' }, 4.5, []);
      const real = falling.filter(({ score, odd }) => score >= 4.5 && odd).length;
      if (found && found.low <= real && real <= found.high) inside++;
      expect(Math.abs((found?.real ?? NaN) - real)).toBeLessThan(30);
    }
    expect(inside).toBeGreaterThanOrEqual(35);
  });

  it('keeps the far out ones real where the line is drawn deep into the others', () => {
    const { column, tail } = folder(160, 5, 3);
    // More images are expected beyond any of these lines than there are.
    const wider = { ...tail, tail: { ...tail.tail, ninetieth: tail.tail.ninetieth * 1.3 } };
    for (const line of [1.5, 2, 2.5, 3, 4]) {
      expect(estimateReal(column, wider, line, [])?.real).toBeGreaterThanOrEqual(4);
    }
  });

  it('takes what a person decided for certain', () => {
    const { falling, column, tail } = folder(1500, 40, 1);
    const flagged = falling.filter(({ score }) => score >= 4.5);
    const decided = flagged.map(({ odd }, place): [number, Decision] => [place, odd ? 'bad' : 'good']);
    const real = flagged.filter(({ odd }) => odd).length;
    const found = estimateReal(column, tail, 4.5, decided);
    expect(found).toEqual({ flagged: real, real, low: real, high: real });
  });

  it('counts a bad one below the line among the flagged', () => {
    const { column, tail } = folder(1500, 40, 1);
    const before = estimateReal(column, tail, 4.5, []);
    const after = estimateReal(column, tail, 4.5, [[1000, 'bad']]);
    expect(after?.flagged).toBe((before?.flagged ?? NaN) + 1);
    expect(after?.real).toBe((before?.real ?? NaN) + 1);
  });

  it('expects more false alarms among the rest where the first ones were', () => {
    const { column, tail } = folder(3000, 20, 2);
    const above = column.countAtLeast(4);
    const firstHalf = Array.from({ length: above >> 1 }, (_, place) => place);
    const share = (decision: Decision) => {
      const found = estimateReal(
        column,
        tail,
        4,
        firstHalf.map((place) => [place, decision]),
      );
      const undecided = above - firstHalf.length;
      return ((found?.real ?? NaN) - (decision === 'bad' ? firstHalf.length : 0)) / undecided;
    };
    expect(share('good')).toBeLessThan(share('bad'));
  });

  it('is none where nothing is known of the tail', () => {
    const { column, tail } = folder(10, 1, 1);
    expect(estimateReal(column, tail, 4, [])).toBeUndefined();
    const equal = { median: 0, deviation: 0, upperQuartile: 0, ninetieth: 0 };
    expect(estimateReal(folder(100, 1, 1).column, { tail: equal, of: 'own' }, 1, [])).toBeUndefined();
  });

  it('says what it can of very many images', () => {
    const column: FallingScores = {
      scored: 1_000_000,
      countAtLeast: () => 400_000,
      scoreAt: (place) => Math.log(1_000_000 / (place + 1)),
    };
    const tail = { median: 0.69, deviation: 1, upperQuartile: 1.386, ninetieth: 2.303 };
    const found = estimateReal(column, { tail, of: 'own' }, 0.9, []);
    expect(found?.low).toBeGreaterThanOrEqual(0);
    expect(found?.high).toBeLessThanOrEqual(400_000);
    expect(found?.real).toBeGreaterThanOrEqual(found?.low ?? NaN);
  });
});
