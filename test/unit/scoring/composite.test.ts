import { describe, expect, it } from 'vitest';
import { compositeColumn, contributions } from '../../../src/engine/scoring/composite';

describe('the composite', () => {
  it('adds the positive parts and nothing for what is usual', () => {
    const z = new Map([
      ['encoder', Float32Array.of(3, -2)],
      ['pca', Float32Array.of(1, -1)],
    ]);
    expect([...compositeColumn(z, 1)]).toEqual([4, 0]);
  });

  it('goes by the network’s activations most of all, where it has maps of them', () => {
    const zOf = (score: string) =>
      ({ encoder: 1, rebuilt: 2, decoder: 4, patch: 4, normalised: 4, pca: 8, local: 4 })[score];
    const total = contributions(zOf, 1).reduce((sum, { amount }) => sum + amount, 0);
    expect(total).toBe(1.25 + 2 * 2 + 4 * 0.75 + 8 / 4 + 4 / 4);
  });

  it('leaves what the own encoder sees to a pretrained network where one was brought', () => {
    const zOf = (score: string) =>
      ({ encoder: 64, patch: 64, rebuilt: 2, pca: 4, local: 4, backbone: 1, 'backbone-patch': 3 })[score];
    const total = contributions(zOf, 1).reduce((sum, { amount }) => sum + amount, 0);
    expect(total).toBe(2.5 * 2 + 4 / 4 + 4 / 4 + 4 + 3);
  });

  it('counts an image that is drawn far too well', () => {
    const tooEasy = contributions((score) => (score === 'reconstruction' ? -6 : 0), 1).find(
      ({ score }) => score === 'too-easy',
    );
    expect(tooEasy?.amount).toBeGreaterThan(0);
  });

  it('has no value where the image could not be read', () => {
    const z = new Map([['pca', Float32Array.of(NaN, 1)]]);
    const column = compositeColumn(z, 1);
    expect(column[0]).toBeNaN();
    expect(column[1]).toBe(1);
  });
});
