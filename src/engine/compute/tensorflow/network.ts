/** A network as TensorFlow operations, one function a layer type. Images are [batch, height, width, channels] inside. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../../shared/errors';
import type { LayerPlan } from '../../model/plan';
import type { Layer } from '../../model/spec';
import type { TensorFlow, TfTensor } from './api';
import { activations } from './layers/activations';
import { composites } from './layers/composites';
import type { LayerFunction, LayerFunctions, Pass, Place } from './layers/layer';
import { norms } from './layers/norms';
import { randomness } from './layers/randomness';
import { shaping } from './layers/shaping';
import { windows } from './layers/windows';

const layerFunctions: LayerFunctions = {
  ...windows,
  ...norms,
  ...shaping,
  ...composites,
  ...randomness,
  ...activations,
};

/** One layer after the other, or several at once where they are joined. */
export function runLayers(tf: TensorFlow, pass: Pass, layers: readonly LayerPlan[], input: TfTensor): TfTensor {
  let value = input;
  let joinedUntil = 0;
  for (const [at, plan] of layers.entries()) {
    if (at < joinedUntil) continue;
    const joined = pass.joined?.get(plan);
    if (joined) {
      value = joined.run(value, (name) => valueOf(pass.parameters, name));
      pass.observe?.(joined.last, value);
      joinedUntil = at + joined.count;
    } else value = runLayer(tf, pass, plan, value);
  }
  return value;
}

function runLayer(tf: TensorFlow, pass: Pass, plan: LayerPlan, input: TfTensor): TfTensor {
  const place: Place = {
    plan,
    training: pass.training,
    isImage: input === pass.image,
    parameter: (name) => valueOf(pass.parameters, `${plan.name}.${name}`),
    noise() {
      if (!pass.noise) throw new Error(`nothing is drawn for ${plan.name}`);
      return pass.noise(plan.name);
    },
    measured: (name, value) => pass.measured?.(`${plan.name}.${name}`, value),
    diverges: (divergence) => pass.diverges?.(divergence),
    inner: (plan.inner ?? []).map((layers) => (value: TfTensor) => runLayers(tf, pass, layers, value)),
  };
  // A layer's `type` picks the function that takes this very layer, which the compiler cannot follow through the table.
  const run = layerFunctions[plan.layer.type] as LayerFunction<Layer['type']>;
  try {
    const output = run(tf, place, plan.layer, input);
    pass.observe?.(plan, output);
    return output;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      'backend-unavailable',
      l10n.t(
        'TensorFlow cannot run layer {0} ({1}): {2}. Choose the backend onnx for this network.',
        plan.name,
        plan.layer.type,
        reason,
      ),
      { cause: error },
    );
  }
}

export function valueOf(values: ReadonlyMap<string, TfTensor | undefined>, name: string): TfTensor {
  const value = values.get(name);
  if (value === undefined) throw new Error(`there is no value for ${name}`);
  return value;
}
