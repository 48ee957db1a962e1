/** Normalisation of each image by itself, the same in training and evaluation, with PyTorch's epsilon. */
import { valueCount } from '../../../model/plan';
import type { Value } from '../graph';
import { add, meanOver, multiply, reshape, subtract, sumOver, unary } from './arithmetic';
import { inverseDeviation } from './normalisation';
import type { Forward, Operator, Operators, Place } from './operator';

/** Over groups of channels of each image (Wu and He 2018). */
const groupNorm: Operator<'groupNorm'> = (place, { groups }, input) => normalisedInGroups(place, input, groups, true);

/** Over each channel of each image (Ulyanov, Vedaldi and Lempitsky 2016). */
const instanceNorm: Operator<'instanceNorm'> = (place, { affine = false }, input) =>
  normalisedInGroups(place, input, place.input[0], affine);

/**
 * Written as x · scale + shift with a pair of them for each channel of each image: only the input is kept for the way
 * back, and the output can be made from it again.
 */
function normalisedInGroups(
  { graph, batch, input: [channels, height, width], parameter }: Place,
  input: Value,
  groups: number,
  isAffine: boolean,
): Forward {
  const ofGroup = channels / groups;
  const share = 1 / (ofGroup * height * width);
  // From [batch, channels, 1, 1] to [batch, groups, channels of a group] and back; and from one number a group.
  const inGroups = (value: Value) => reshape(graph, value, [batch, groups, ofGroup]);
  const beside = (value: Value) => reshape(graph, value, [batch, channels, 1, 1]);
  const ofChannels = (value: Value) => {
    const shape = [batch, groups, ofGroup];
    return beside(graph.add('Expand', [value, graph.integers(shape)], shape));
  };
  const weighted = (value: Value) =>
    isAffine ? multiply(graph, value, reshape(graph, parameter('weight'), [1, groups, ofGroup])) : value;

  const rows = reshape(graph, input, [batch, groups, ofGroup * height * width]);
  const mean = meanOver(graph, rows, [2]);
  const squares = graph.add('ReduceSumSquare', [subtract(graph, rows, mean)], mean.shape, { axes: [2], keepdims: 1 });
  const inverse = inverseDeviation(graph, multiply(graph, squares, graph.scalar(share)));
  const scale = weighted(inverse);
  const centre = unary(graph, 'Neg', multiply(graph, mean, scale));
  const shift = isAffine ? add(graph, centre, reshape(graph, parameter('bias'), [1, groups, ofGroup])) : centre;
  const [scales, shifts] = isAffine ? [beside(scale), beside(shift)] : [ofChannels(scale), ofChannels(shift)];
  return {
    output: {
      ...add(graph, multiply(graph, input, scales), shifts),
      // The other way round: the runtime would see the same operation on the same values, and keep the first's result.
      again: () => add(graph, shifts, multiply(graph, scales, input)),
    },
    backward(gradient, wanted) {
      const centred = subtract(graph, input, ofChannels(mean));
      const sums = sumOver(graph, gradient, [2, 3]);
      const products = sumOver(graph, multiply(graph, gradient, centred), [2, 3]);
      const byDeviation = multiply(graph, products, ofChannels(inverse));
      const parameters = {
        weight: reshape(graph, sumOver(graph, byDeviation, [0]), [channels]),
        bias: reshape(graph, sumOver(graph, sums, [0]), [channels]),
      };
      const result = isAffine ? { parameters } : {};
      if (!wanted.input) return result;
      // What the mean and the variance, which depend on the input as well, give back: for each group the mean of the
      // gradient behind the weights, and of its product with the centred values.
      const meanOfGroup = (value: Value) =>
        multiply(graph, sumOver(graph, weighted(inGroups(value)), [2]), graph.scalar(share));
      const throughMean = multiply(graph, meanOfGroup(sums), inverse);
      const throughVariance = multiply(graph, meanOfGroup(byDeviation), multiply(graph, inverse, inverse));
      const direct = multiply(graph, gradient, scales);
      const rest = subtract(graph, direct, multiply(graph, centred, ofChannels(throughVariance)));
      return { input: subtract(graph, rest, ofChannels(throughMean)), ...result };
    },
  };
}

/** Over all values of each image, with a weight and a bias for every value (Ba, Kiros and Hinton 2016). */
const layerNorm: Operator<'layerNorm'> = ({ graph, batch, input: shape, parameter }, _layer, input) => {
  const [weight, bias] = [parameter('weight'), parameter('bias')];
  const rows = [batch, valueCount(shape)];
  const inRows = (value: Value) => reshape(graph, value, rows);
  const inImages = (value: Value) => reshape(graph, value, [batch, ...shape]);
  const values = inRows(input);
  const centred = subtract(graph, values, meanOver(graph, values, [1]));
  const inverse = inverseDeviation(graph, meanOver(graph, multiply(graph, centred, centred), [1]));
  const normal = multiply(graph, centred, inverse);
  const image = inImages(normal);
  return {
    output: add(graph, multiply(graph, image, weight), bias),
    backward(gradient, wanted) {
      const parameters = {
        weight: reshape(graph, sumOver(graph, multiply(graph, gradient, image), [0]), weight.shape),
        bias: reshape(graph, sumOver(graph, gradient, [0]), bias.shape),
      };
      if (!wanted.input) return { parameters };
      const inner = inRows(multiply(graph, gradient, weight));
      const throughMean = meanOver(graph, inner, [1]);
      const throughVariance = meanOver(graph, multiply(graph, inner, normal), [1]);
      const rest = subtract(graph, subtract(graph, inner, throughMean), multiply(graph, normal, throughVariance));
      return { input: inImages(multiply(graph, rest, inverse)), parameters };
    },
  };
};

export const imageNormalisation = { groupNorm, instanceNorm, layerNorm } satisfies Partial<Operators>;
