/** What a network is made of, worked out from its specification: every layer's shapes and parameters. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import { layerRules } from './layers';
import { describeShape, isTrained, type LayerPlan, type NetworkPlan, valueCount } from './plan';
import type { FeatureShape, Layer, NetworkSpec } from './spec';

export { isTrained, valueCount } from './plan';
export type { NetworkPlan, ParameterPlan } from './plan';

/** More would not train in memory on usual machines, and is surely a slip of the pen. */
const mostParameters = 100_000_000;
const mostValuesPerImage = 64_000_000;
/** Of all layers together, as training keeps them: 2 GB. */
const mostValuesInAll = 500_000_000;

/**
 * Infers all shapes.
 * @throws UserError `model-invalid`, naming the layer, what arrives there and what it needs
 */
export function checkNetwork(spec: NetworkSpec): NetworkPlan {
  const input: FeatureShape = [spec.input.channels, spec.input.height, spec.input.width];
  checkSize(input, 'input');
  const encoder = planLayers('encoder', 'encoder', spec.encoder, input);
  const latent = encoder.at(-1)?.output ?? input;
  const decoder = planLayers('decoder', 'decoder', spec.decoder, latent);
  const output = decoder.at(-1)?.output ?? latent;
  if (output.join() !== input.join()) {
    throw new UserError(
      'model-invalid',
      l10n.t(
        "The network's output is {0}, but its input is {1}: an autoencoder must give back the shape it is given. Change the last layers of the decoder.",
        describeShape(output),
        describeShape(input),
      ),
    );
  }
  const layers = [...encoder, ...decoder];
  const parameters = layers.flatMap((layer) => layer.parameters);
  const parameterCount = parameters.filter(isTrained).reduce((sum, { shape }) => sum + valueCount(shape), 0);
  if (parameterCount > mostParameters) {
    const largest = innermost(layers).reduce((a, b) => (layerParameterCount(b) > layerParameterCount(a) ? b : a));
    throw new UserError(
      'model-invalid',
      l10n.t(
        'The network has {0} parameters; at most {1} are possible. The largest layer is {2} ({3}) with {4}.',
        parameterCount.toLocaleString('en'),
        mostParameters.toLocaleString('en'),
        largest.name,
        largest.layer.type,
        layerParameterCount(largest).toLocaleString('en'),
      ),
    );
  }
  checkSum(layers);
  return { spec, input, layers, parameters, latentSize: valueCount(latent), parameterCount };
}

/** @param prefix what the layers' names begin with: `encoder`, `encoder.3.layers` */
function planLayers(
  part: LayerPlan['part'],
  prefix: string,
  layers: readonly Layer[],
  input: FeatureShape,
): LayerPlan[] {
  const plans: LayerPlan[] = [];
  let shape = input;
  for (const [index, layer] of layers.entries()) {
    const endsEncoder = prefix === 'encoder' && index === layers.length - 1;
    const plan = planLayer(part, `${prefix}.${String(index)}`, layer, shape, endsEncoder);
    plans.push(plan);
    shape = plan.output;
  }
  return plans;
}

function planLayer(
  part: LayerPlan['part'],
  name: string,
  layer: Layer,
  input: FeatureShape,
  endsEncoder: boolean,
): LayerPlan {
  const title = `${name} (${layer.type})`;
  const { output, parameters, inner } = layerRules(layer, input, {
    refuse: (need): never => {
      throw new UserError(
        'model-invalid',
        l10n.t('Layer {0} cannot work: {1} arrives there; {2}', title, describeShape(input), need),
      );
    },
    planInner: (prefix, innerLayers, arriving) => planLayers(part, `${name}.${prefix}`, innerLayers, arriving),
    endsEncoder,
  });
  checkSize(output, title);
  return {
    name,
    part,
    layer,
    input,
    output,
    parameters: [
      ...parameters.map((parameter) => ({ ...parameter, name: `${name}.${parameter.name}` })),
      ...(inner ?? []).flat().flatMap((plan) => plan.parameters),
    ],
    ...(inner && { inner }),
  };
}

/** The layers that are not made of others. */
function innermost(layers: readonly LayerPlan[]): LayerPlan[] {
  return layers.flatMap((layer) => (layer.inner ? innermost(layer.inner.flat()) : [layer]));
}

function layerParameterCount(layer: LayerPlan): number {
  return layer.parameters.filter(isTrained).reduce((sum, { shape }) => sum + valueCount(shape), 0);
}

function checkSize(shape: FeatureShape, place: string): void {
  if (valueCount(shape) > mostValuesPerImage) {
    throw new UserError(
      'model-invalid',
      l10n.t(
        'At {0} an image takes {1}, more than {2} values. Make the network or the images smaller.',
        place,
        describeShape(shape),
        mostValuesPerImage.toLocaleString('en'),
      ),
    );
  }
}

function checkSum(layers: readonly LayerPlan[]): void {
  const values = innermost(layers).reduce((sum, { output }) => sum + valueCount(output), 0);
  if (values <= mostValuesInAll) return;
  throw new UserError(
    'model-invalid',
    l10n.t(
      'All layers together make {0} values of an image; at most {1} are possible. Make the network or the images smaller.',
      values.toLocaleString('en'),
      mostValuesInAll.toLocaleString('en'),
    ),
  );
}
