/**
 * The lowering for onnxruntime's CPU provider: between convolutions, values stay in blocks of channels as wide as the
 * processor's vectors, on which its convolutions run up to three times as fast. The provider uses these kernels by
 * itself only where weights are constants, which in training they are not; so the graph names them.
 */
import { type Lowering, plainLowering } from '../lowering';
import { activationTypes } from '../../network/activation-types';
import { leakyReluInPieces, reluInPieces } from './activations';
import { blockedBatchNorm } from './batch-norm';
import { blockedConvolution } from './convolution';
import { doubledConvolution } from './doubled-convolution';
import { weightsFirstLinear } from './linear';
import { blockedResize } from './resize';

/** @param block channels in a block: 8 or 16, by processor */
export function blockedLowering(block: number): Lowering {
  return {
    name: `blocks of ${String(block)}`,
    operators: {
      ...plainLowering.operators,
      conv: blockedConvolution(block),
      batchNorm: blockedBatchNorm(block),
      resize: blockedResize,
      relu: reluInPieces,
      leakyRelu: leakyReluInPieces,
      linear: weightsFirstLinear,
    },
    joined: (first, second) => doubledConvolution(first, second, block),
    takesBlocks: new Set(['conv', 'batchNorm', 'resize', 'dropout', 'residual', 'branches', ...activationTypes]),
  };
}
