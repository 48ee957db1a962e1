import { describe, expect, it } from 'vitest';
import { keptPerBatch, planTraining, suggestEpochs } from '../../../src/engine/training/plan';
import { defaultSettings, type ScanSettings } from '../../../src/shared/settings';

describe('a training plan', () => {
  it('holds every image exactly once, in training or in validation', () => {
    const plan = planTraining(165, defaultSettings);
    const all = [...plan.training, ...plan.validation].sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 165 }, (_, index) => index));
    expect(plan.validation).toHaveLength(16);
  });

  it('splits the images into batches of one size, leaving out less than one image a batch', () => {
    for (const count of [1, 2, 19, 63, 64, 65, 129, 165, 1001, 20_000]) {
      const { training, batchSize, stepsPerEpoch } = planTraining(count, defaultSettings);
      expect(batchSize).toBeGreaterThan(0);
      expect(batchSize).toBeLessThanOrEqual(64);
      expect(training.length - batchSize * stepsPerEpoch).toBeGreaterThanOrEqual(0);
      expect(training.length - batchSize * stepsPerEpoch).toBeLessThan(stepsPerEpoch);
    }
  });

  it('is the same for the same seed and another for another seed', () => {
    const first = planTraining(500, defaultSettings);
    expect(planTraining(500, defaultSettings)).toEqual(first);
    expect(planTraining(500, { ...defaultSettings, seed: 1 }).validation).not.toEqual(first.validation);
  });

  it('holds nothing out of a handful of images', () => {
    expect(planTraining(5, defaultSettings).validation).toHaveLength(0);
  });

  it('holds nothing out when other images watch the training', () => {
    const plan = planTraining(165, defaultSettings, true);
    expect(plan.training).toHaveLength(165);
    expect(plan.validation).toHaveLength(0);
  });

  it('looks at a small folder now and then, every epoch for a plateau, and five times before patience is over', () => {
    const every = (more: Partial<ScanSettings>) => planTraining(100, { ...defaultSettings, ...more }).validateEvery;
    expect(every({})).toBe(11);
    expect(every({ schedule: 'plateau' })).toBe(1);
    expect(every({ schedule: 'exponential', patience: 10 })).toBe(2);
    expect(every({ schedule: 'exponential', patience: 1 })).toBe(1);
    expect(planTraining(50_000, defaultSettings).validateEvery).toBe(1);
  });

  it('plans more epochs for small folders and keeps to what the user asked for', () => {
    expect(suggestEpochs(150)).toBeGreaterThan(suggestEpochs(1500));
    expect(suggestEpochs(1500)).toBe(10);
    expect(suggestEpochs(100_000)).toBe(4);
    expect(planTraining(100, { ...defaultSettings, epochs: 3 }).epochs).toBe(3);
  });

  it('keeps all but the worst share of a batch, and at least one image', () => {
    expect(keptPerBatch(64, 0.05)).toBe(60);
    expect(keptPerBatch(64, 0)).toBe(64);
    expect(keptPerBatch(1, 0.5)).toBe(1);
  });
});
