/** Against PyTorch, every optimizer over ten steps. */
import { describe, it } from 'vitest';
import { optimizerCases } from '../../fixtures/pytorch/cases';
import recorded from '../../fixtures/pytorch/recorded-optimizers.json';
import { expectAsPyTorch } from './pytorch-case';

const tolerance = { reconstruction: 1e-5, losses: 1e-4, changes: 1e-3 };

describe('as PyTorch', () => {
  it.each(optimizerCases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    await expectAsPyTorch(one, recorded, tolerance);
  });
});
