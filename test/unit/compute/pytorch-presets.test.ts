/** Against PyTorch, every preset: reconstructions within 1e-4, and ten training steps within 1e-3. */
import { describe, it } from 'vitest';
import { cases } from '../../fixtures/pytorch/cases';
import recorded from '../../fixtures/pytorch/recorded-presets.json';
import { expectAsPyTorch } from './pytorch-case';

// Changes of weights tell less: biases before a normalisation have no gradient but rounding errors, which AdamW makes
// whole steps of, and the running means follow them.
const tolerance = { reconstruction: 1e-4, losses: 1e-3, changes: 1e-2 };

describe('as PyTorch', () => {
  it.each(cases.presets.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    await expectAsPyTorch(one, recorded, tolerance);
  });
});
