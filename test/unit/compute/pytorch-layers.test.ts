/** Against PyTorch, every layer type: its output, and its gradients as one step of plain gradient descent. */
import { describe, it } from 'vitest';
import { layerCases } from '../../fixtures/pytorch/cases';
import recorded from '../../fixtures/pytorch/recorded-layers.json';
import { expectAsPyTorch } from './pytorch-case';

const tolerance = { reconstruction: 1e-5, losses: 1e-5, changes: 1e-4 };

describe('as PyTorch', () => {
  it.each(layerCases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    await expectAsPyTorch(one, recorded, tolerance);
  });
});
