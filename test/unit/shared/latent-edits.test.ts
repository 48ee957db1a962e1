import { describe, expect, it } from 'vitest';
import { applyLatentEdits } from '../../../src/shared/latent-edits';

const code = Float32Array.of(1, -2, 0.5);

describe('edits of a code', () => {
  it('count elements from 1 and set, add or multiply one after the other', () => {
    const edited = applyLatentEdits(code, [
      { element: 2, change: 'multiply', amount: 3 },
      { element: 2, change: 'add', amount: 1 },
      { element: 3, change: 'set', amount: -4 },
    ]);
    expect([...edited]).toEqual([1, -5, -4]);
  });

  it('leave the code they are given as it was', () => {
    applyLatentEdits(code, [{ element: 1, change: 'set', amount: 9 }]);
    expect([...code]).toEqual([1, -2, 0.5]);
    expect(applyLatentEdits(code, [])).toEqual(code);
  });

  it('are refused for elements that the code does not have', () => {
    for (const element of [0, -1, 4, 1.5, NaN]) {
      expect(() => applyLatentEdits(code, [{ element, change: 'set', amount: 0 }])).toThrow(
        `The code of an image has no element ${element}. Elements count from 1 to 3.`,
      );
    }
    expect(() => applyLatentEdits(Float32Array.of(1), [{ element: 2, change: 'set', amount: 0 }])).toThrow(
      'There is only element 1.',
    );
  });

  it('are refused for amounts that are no numbers or lead beyond them', () => {
    for (const amount of [NaN, Infinity, -Infinity]) {
      expect(() => applyLatentEdits(code, [{ element: 1, change: 'set', amount }])).toThrow('Give a number.');
    }
    expect(() => applyLatentEdits(code, [{ element: 1, change: 'multiply', amount: 1e39 }])).toThrow(
      'Element 1 would become too large.',
    );
  });
});
