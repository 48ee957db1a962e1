/** Against PyTorch, every loss over three steps of plain gradient descent. */
import { describe, it } from 'vitest';
import { lossCases } from '../../fixtures/pytorch/cases';
import recorded from '../../fixtures/pytorch/recorded-losses.json';
import { expectAsPyTorch } from './pytorch-case';

const tolerance = { reconstruction: 1e-5, losses: 1e-4, changes: 1e-4 };

describe('as PyTorch', () => {
  it.each(lossCases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    await expectAsPyTorch(one, recorded, tolerance);
  });
});
