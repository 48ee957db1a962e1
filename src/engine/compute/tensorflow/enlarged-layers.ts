/** In training: enlargements that become one with the convolution behind them. */
import type { LayerPlan } from '../../model/plan';
import { enlargementOf } from '../network/fused-layers';
import type { TensorFlow, TfTensor } from './api';
import { transposedConvolution } from './convolution';
import type { JoinedLayers } from './layers/layer';
import { addBias } from './native';
import { enlargingFilter } from './wide-filters';

/** By the enlargement; also those inside of other layers. */
export function joinEnlargements(tf: TensorFlow, plans: readonly LayerPlan[]): Map<LayerPlan, JoinedLayers> {
  const joined = new Map<LayerPlan, JoinedLayers>();
  for (const [at, plan] of plans.entries()) {
    for (const inner of plan.inner ?? []) for (const entry of joinEnlargements(tf, inner)) joined.set(...entry);
    const factor = enlargementOf(plan);
    const last = plans[at + 1];
    if (factor === 1 || last?.layer.type !== 'conv') continue;
    const { kernel, stride, padding, bias } = last.layer;
    if (stride !== 1 || kernel < 3 || 2 * padding !== kernel - 1) continue;
    const [, height, width] = last.output;
    joined.set(plan, {
      count: 2,
      last,
      run(input, parameter): TfTensor {
        const filter = enlargingFilter(tf, parameter(`${last.name}.weight`), factor);
        const windows = { stride: factor, padding: 'SAME' } as const;
        const output = transposedConvolution(tf, [input, filter], windows, [height, width]);
        return bias ? addBias(tf, output, parameter(`${last.name}.bias`)) : output;
      },
    });
  }
  return joined;
}
