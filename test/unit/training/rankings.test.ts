import { describe, expect, it } from 'vitest';
import { planTraining } from '../../../src/engine/training/plan';
import { planRankings } from '../../../src/engine/training/rankings';
import { defaultSettings, type ScanSettings } from '../../../src/shared/settings';

function rankedEpochs(trained: number, scored: number, more: Partial<ScanSettings> = {}): number[] {
  const settings = { ...defaultSettings, ...more };
  return [...planRankings(planTraining(trained, settings), scored, settings)];
}

describe('the epochs after which everything is ranked', () => {
  it('are all or none when that is asked for', () => {
    expect(rankedEpochs(1000, 1000, { epochs: 4, epochScores: 'all' })).toEqual([1, 2, 3, 4]);
    expect(rankedEpochs(1000, 1000, { epochs: 4, epochScores: 'off' })).toEqual([]);
  });

  it('cost by themselves at most three tenths of the images trained on, the first and the last among them', () => {
    const epochs = rankedEpochs(2000, 2000, { epochs: 40 });
    expect(epochs[0]).toBe(1);
    expect(epochs.at(-1)).toBe(40);
    expect(epochs.length * 2000).toBeLessThanOrEqual(0.3 * 40 * 1800);
    expect(epochs.length).toBe(10);
    const gaps = epochs.slice(1).map((epoch, place) => epoch - (epochs[place] ?? 0));
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
  });

  it('are three at least where that costs no more than half', () => {
    expect(rankedEpochs(5000, 5000, { epochs: 8 })).toEqual([1, 5, 8]);
    expect(rankedEpochs(5000, 5000, { epochs: 4 })).toEqual([4]);
  });

  it('are none when far more is scored than trained on', () => {
    expect(rankedEpochs(100, 100_000)).toEqual([]);
  });

  it('are those that are watched anyway in a small folder', () => {
    const plan = planTraining(100, defaultSettings);
    const between = rankedEpochs(100, 100).slice(1, -1);
    expect(between.length).toBeGreaterThan(2);
    expect(between.every((epoch) => epoch % plan.validateEvery === 0)).toBe(true);
  });

  it('are nearly all when one of them is to be chosen', () => {
    expect(rankedEpochs(100, 100, { epochs: 20, keepEpoch: 'separation' })).toHaveLength(20);
    expect(rankedEpochs(1000, 10_000, { epochs: 20, keepEpoch: 'separation' })).toEqual([1, 20]);
  });
});
