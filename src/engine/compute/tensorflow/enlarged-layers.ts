/** In training: enlargements that become one with the convolution behind them. */
import type { LayerPlan } from '../../model/plan';
import type { Layer } from '../../model/spec';
import { enlargementOf } from '../network/fused-layers';
import type { TensorFlow, TfTensor } from './api';
import { trainedTransposition } from './convolution';
import type { JoinedLayers } from './layers/layer';
import { addBias } from './native';
import { enlargingFilter } from './wide-filters';

/** Whether a convolution takes the enlargement before it in: it keeps the size, and looks at more than a pixel. */
export function isJoinedIn({ kernel, stride, padding }: Extract<Layer, { type: 'conv' }>): boolean {
  return stride === 1 && kernel >= 3 && 2 * padding === kernel - 1;
}

/** By the enlargement; also those inside of other layers. */
export function joinEnlargements(tf: TensorFlow, plans: readonly LayerPlan[]): Map<LayerPlan, JoinedLayers> {
  const joined = new Map<LayerPlan, JoinedLayers>();
  for (const [at, plan] of plans.entries()) {
    for (const inner of plan.inner ?? []) for (const entry of joinEnlargements(tf, inner)) joined.set(...entry);
    const factor = enlargementOf(plan);
    const last = plans[at + 1];
    if (factor === 1 || last?.layer.type !== 'conv') continue;
    if (!isJoinedIn(last.layer)) continue;
    const { bias } = last.layer;
    const [, height, width] = last.output;
    joined.set(plan, {
      count: 2,
      last,
      run(input, parameter): TfTensor {
        const filter = enlargingFilter(tf, parameter(`${last.name}.weight`), factor);
        const windows = { stride: factor, padding: 'SAME' } as const;
        const output = trainedTransposition(tf, [input, filter], windows, [height, width]);
        return bias ? addBias(tf, output, parameter(`${last.name}.bias`)) : output;
      },
    });
  }
  return joined;
}
