import { describe, expect, it } from 'vitest';
import { blendColumn, fitBlend } from '../../../src/engine/scoring/blend';
import { randomStream } from '../../../src/shared/random';
import { auroc } from '../../../src/shared/ranking';

/** Three scores: `spots` tells the known kind, `colour` another kind, `noise` nothing; the composite adds them up. */
function images(count: number, seed: number, lift: { spots?: number; colour?: number } = {}) {
  const random = randomStream(seed, 'images');
  const column = (by = 0) => Float32Array.from({ length: count }, () => random.normal() + by);
  const [spots, colour, noise] = [column(lift.spots), column(lift.colour), column()];
  const anomaly = spots.map((value, index) =>
    [value, colour[index] ?? 0, 3 * (noise[index] ?? 0)].reduce((sum, part) => sum + Math.max(0, part), 0),
  );
  return new Map([
    ['spots', spots],
    ['colour', colour],
    ['noise', noise],
    ['anomaly', anomaly],
  ]);
}

function joined(...parts: Map<string, Float32Array>[]): Map<string, Float32Array> {
  const names = [...(parts[0]?.keys() ?? [])];
  return new Map(names.map((name) => [name, Float32Array.from(parts.flatMap((part) => [...(part.get(name) ?? [])]))]));
}

describe('a score learned from known anomalies', () => {
  const usual = images(800, 1);
  const known = images(20, 2, { spots: 3 });
  const scored = joined(images(970, 3), images(30, 4, { spots: 3 }));
  const labels = Int8Array.from({ length: 1000 }, (_, index) => Number(index >= 970));

  it('finds their kind better than all scores together', () => {
    const blend = fitBlend(usual, known, scored);
    if (!blend) return expect.fail('nothing was learned');
    const learned = auroc(blendColumn(scored, blend), labels) ?? NaN;
    const before = auroc(scored.get('anomaly') ?? [], labels) ?? NaN;
    expect(learned).toBeGreaterThan(0.95);
    expect(learned).toBeGreaterThan(before + 0.05);
    expect(blend.weights['spots']).toBeGreaterThan(4 * (blend.weights['noise'] ?? NaN));
  });

  it('does not forget a kind that it has not been shown', () => {
    const others = joined(images(970, 3), images(30, 5, { colour: 30 }));
    const blend = fitBlend(usual, known, others);
    if (!blend) return expect.fail('nothing was learned');
    expect(auroc(blendColumn(others, blend), labels)).toBeGreaterThan(0.95);
  });

  it('never makes an image less odd for being odd in one more way', () => {
    // Known ones that are plainer than usual in colour: a free model would weigh it below zero.
    const blend = fitBlend(usual, images(20, 2, { spots: 3, colour: -3 }), scored);
    expect(Object.values(blend?.weights ?? {}).every((weight) => weight >= 0)).toBe(true);
  });

  it('is the same each time', () => {
    expect(fitBlend(usual, known, scored)).toEqual(fitBlend(usual, known, scored));
  });

  it('is none for a handful of known anomalies, or where they are like the usual ones', () => {
    expect(fitBlend(usual, images(2, 2, { spots: 3 }), scored)).toBeUndefined();
    expect(fitBlend(usual, new Map(), scored)).toBeUndefined();
    expect(fitBlend(usual, images(20, 2, { spots: -5, colour: -5 }), scored)?.weights['spots'] ?? 0).toBe(0);
  });

  it('has no value for an image that cannot be read', () => {
    const broken = new Map([...scored].map(([name, column]) => [name, Float32Array.of(NaN, ...column)]));
    const blend = fitBlend(usual, known, scored);
    if (!blend) return expect.fail('nothing was learned');
    const column = blendColumn(broken, blend);
    expect(column[0]).toBeNaN();
    expect(column.slice(1).some((value) => Number.isNaN(value))).toBe(false);
  });
});
