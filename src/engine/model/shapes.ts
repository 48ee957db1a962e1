/** What a network is made of, worked out from its specification: every layer's shapes and parameters. */
import { UserError } from '../../shared/errors';
import { layerRules, type ParameterKind } from './layers';
import type { FeatureShape, Layer, NetworkSpec } from './spec';

/** More would not train in memory on usual machines, and is surely a slip of the pen. */
const mostParameters = 100_000_000;
const mostValuesPerImage = 64_000_000;

export interface ParameterPlan {
  /** As in PyTorch: `encoder.0.weight`, `encoder.1.running_mean`. */
  readonly name: string;
  readonly kind: ParameterKind;
  /** PyTorch's layout: conv [out, in, kernel, kernel], linear [out, in], norms and biases [n]. */
  readonly shape: readonly number[];
  /** How many input values make one output value of its layer; what initial weights are scaled by. */
  readonly fanIn: number;
}

export interface LayerPlan {
  /** Its place: `encoder.3`. */
  readonly name: string;
  readonly part: 'encoder' | 'decoder';
  readonly layer: Layer;
  readonly input: FeatureShape;
  readonly output: FeatureShape;
  readonly parameters: readonly ParameterPlan[];
}

export interface NetworkPlan {
  readonly spec: NetworkSpec;
  readonly input: FeatureShape;
  readonly layers: readonly LayerPlan[];
  /** Every layer's tensors in order, running statistics among them. */
  readonly parameters: readonly ParameterPlan[];
  /** How many numbers the encoder makes of an image. */
  readonly latentSize: number;
  /** Trained numbers; running statistics do not count. */
  readonly parameterCount: number;
}

/**
 * Infers all shapes.
 * @throws UserError `model-invalid`, naming the layer, what arrives there and what it needs
 */
export function checkNetwork(spec: NetworkSpec): NetworkPlan {
  const input: FeatureShape = [spec.input.channels, spec.input.height, spec.input.width];
  checkSize(input, 'input');
  const encoder = planPart('encoder', spec.encoder, input);
  const latent = encoder.at(-1)?.output ?? input;
  const decoder = planPart('decoder', spec.decoder, latent);
  const output = decoder.at(-1)?.output ?? latent;
  if (output.join() !== input.join()) {
    throw new UserError(
      'model-invalid',
      `The network's output is ${describeShape(output)}, but its input is ${describeShape(input)}: an autoencoder must give back the shape it is given. Change the last layers of the decoder.`,
    );
  }
  const layers = [...encoder, ...decoder];
  const parameters = layers.flatMap((layer) => layer.parameters);
  const parameterCount = parameters.filter(isTrained).reduce((sum, { shape }) => sum + valueCount(shape), 0);
  if (parameterCount > mostParameters) {
    const largest = layers.reduce((a, b) => (layerParameterCount(b) > layerParameterCount(a) ? b : a));
    throw new UserError(
      'model-invalid',
      `The network has ${parameterCount.toLocaleString('en')} parameters; at most ${mostParameters.toLocaleString('en')} are possible. The largest layer is ${largest.name} (${largest.layer.type}) with ${layerParameterCount(largest).toLocaleString('en')}.`,
    );
  }
  return { spec, input, layers, parameters, latentSize: valueCount(latent), parameterCount };
}

/** Running statistics are measured, not trained. */
export function isTrained(parameter: ParameterPlan): boolean {
  return parameter.kind !== 'runningMean' && parameter.kind !== 'runningVariance';
}

export function valueCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** `3×64×64 (channels×height×width)` in messages. */
export function describeShape(shape: FeatureShape): string {
  return `${shape.join('×')} (channels×height×width)`;
}

function planPart(part: LayerPlan['part'], layers: readonly Layer[], input: FeatureShape): LayerPlan[] {
  const plans: LayerPlan[] = [];
  let shape = input;
  for (const [index, layer] of layers.entries()) {
    const plan = planLayer(part, `${part}.${String(index)}`, layer, shape);
    plans.push(plan);
    shape = plan.output;
  }
  return plans;
}

function planLayer(part: LayerPlan['part'], name: string, layer: Layer, input: FeatureShape): LayerPlan {
  const title = `${name} (${layer.type})`;
  const fail = (need: string): never => {
    throw new UserError('model-invalid', `Layer ${title} cannot work: ${describeShape(input)} arrives there; ${need}`);
  };
  const { output, parameters } = layerRules(layer, input, fail);
  checkSize(output, title);
  return {
    name,
    part,
    layer,
    input,
    output,
    parameters: parameters.map((parameter) => ({ ...parameter, name: `${name}.${parameter.name}` })),
  };
}

function layerParameterCount(layer: LayerPlan): number {
  return layer.parameters.filter(isTrained).reduce((sum, { shape }) => sum + valueCount(shape), 0);
}

function checkSize(shape: FeatureShape, place: string): void {
  if (valueCount(shape) > mostValuesPerImage) {
    throw new UserError(
      'model-invalid',
      `At ${place} an image takes ${describeShape(shape)}, more than ${mostValuesPerImage.toLocaleString('en')} values. Make the network or the images smaller.`,
    );
  }
}
