/** Pretext tasks in the training graph: a second pass through the encoder, and what is answered of its last map. */
import { type PretextPlan, pretextShare } from '../../model/pretext';
import type { Value } from './graph';
import { toPlain } from './layout';
import { lowerLayers, type LoweringContext } from './lowering';
import { positive } from './operators/activations';
import {
  add,
  concat,
  divide,
  gemm,
  meanOver,
  multiply,
  reshape,
  slice,
  subtract,
  sumOver,
  unary,
} from './operators/arithmetic';

export interface PretextGraph {
  /** What each image adds to its reconstruction loss: [batch] */
  readonly perImage: Value;
  /** Of Σ weights · perImage, by parameter. `weights` is [batch, 1, 1, 1]. */
  gradients(weights: Value): Readonly<Record<string, Value>>;
}

/**
 * Cross-entropies of all tasks. Batch statistics are this pass's own and leave no trace: what is normal is told by the
 * images as they are.
 * @param images as the network sees them [batch, channels, height, width]
 * @param labels [batch, answers of all heads]: 1 at the right ones
 */
export function addPretext(context: LoweringContext, plan: PretextPlan, images: Value, labels: Value): PretextGraph {
  const { graph, batch, parameters } = context;
  const [channels, height, width] = plan.map;
  const forward = lowerLayers(context, plan.layers, images);
  const map = toPlain(graph, forward.output);
  const greatest = graph.add('ReduceMax', [map], [batch, channels, 1, 1], { axes: [2, 3], keepdims: 1 });
  const pooled = concat(graph, [meanOver(graph, map, [2, 3]), greatest], 1);
  const rows = reshape(graph, pooled, [batch, 2 * channels]);
  let start = 0;
  const heads = plan.heads.map(({ classes, weight: weightPlan, bias: biasPlan }) => {
    const [weight, bias] = [parameters.get(weightPlan.name), parameters.get(biasPlan.name)];
    if (weight === undefined || bias === undefined) throw new Error(`The graph has nothing for ${weightPlan.name}.`);
    const right = slice(graph, labels, 1, start, start + classes);
    start += classes;
    const answers = gemm(graph, rows, weight, { transposeB: true, plus: bias });
    const likelihoods = graph.add('Softmax', [answers], [batch, classes], { axis: 1 });
    return { weight, weightPlan, biasPlan, likelihoods, right };
  });
  const losses = heads.map(({ likelihoods, right }) => {
    const likelihood = sumOver(graph, multiply(graph, likelihoods, right), [1]);
    return unary(graph, 'Neg', unary(graph, 'Log', likelihood));
  });
  const sum = losses.reduce((one, other) => add(graph, one, other));
  return {
    perImage: reshape(graph, multiply(graph, sum, graph.scalar(pretextShare)), [batch]),
    gradients(weights) {
      const share = reshape(graph, multiply(graph, weights, graph.scalar(pretextShare)), [batch, 1]);
      const answered = heads.map((head) => {
        const slope = multiply(graph, subtract(graph, head.likelihoods, head.right), share);
        return { ...head, slope };
      });
      const below = answered
        .map(({ slope, weight }) => gemm(graph, slope, weight))
        .reduce((one, other) => add(graph, one, other));
      const part = (from: number) =>
        reshape(graph, slice(graph, below, 1, from, from + channels), [batch, channels, 1, 1]);
      // Equal maxima share the gradient.
      const isLower = positive(graph, subtract(graph, greatest, map));
      const isGreatest = subtract(graph, graph.scalar(1), isLower);
      const shared = divide(graph, part(channels), sumOver(graph, isGreatest, [2, 3]));
      const ofMean = multiply(graph, part(0), graph.scalar(1 / (height * width)));
      const gradient = add(graph, multiply(graph, isGreatest, shared), ofMean);
      const back = forward.backward(gradient, { input: false, divergence: weights });
      const ofHeads = answered.flatMap(({ slope, weightPlan, biasPlan }) => [
        [weightPlan.name, gemm(graph, slope, rows, { transposeA: true })] as const,
        [biasPlan.name, reshape(graph, sumOver(graph, slope, [0]), biasPlan.shape)] as const,
      ]);
      return { ...back.parameters, ...Object.fromEntries(ofHeads) };
    },
  };
}
