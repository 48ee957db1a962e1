/** What a network's inside looks like in few numbers, as outputs of its scoring graph. */
import { type LayerPlan, type NetworkPlan, valueCount } from '../../model/plan';
import type { FeatureShape } from '../../model/spec';
import { type FeatureName, featureNames } from '../backend';
import {
  type FeaturePlan,
  noFeatures,
  planFeatures,
  smallestDifference,
  type StagePlan,
} from '../network/feature-plan';
import { blockedDomain } from './blocked-domain';
import { dynamicBatch, type Graph, type Value } from './graph';
import { matchLayout, toPlain } from './layout';
import { add, concat, meanOver, multiply, reshape, subtract, unary } from './operators/arithmetic';

export const featureOutput = (name: FeatureName) => `${name} features`;

export type Observe = (layer: LayerPlan, output: Value) => void;

interface Stage {
  readonly map: Value;
  readonly shape: FeatureShape;
}

/** Listens while a network is lowered; {@link addOutputs} then adds what it made of the activations. */
export class FeatureWatch {
  private readonly chosen: FeaturePlan;
  private readonly seen = new Map<string, Stage>();
  private readonly seenAgain = new Map<string, Stage>();

  constructor(
    private readonly graph: Graph,
    private readonly image: Value,
    private readonly plan: NetworkPlan,
    /** Channels in a block of the maps that are blocked. */
    private readonly block = 1,
  ) {
    this.chosen = planFeatures(plan);
  }

  readonly observe: Observe = ({ name, output }, map) => {
    this.seen.set(name, { map, shape: output });
  };

  /** For the second pass through the encoder, with the reconstruction. */
  readonly observeRebuilt: Observe = ({ name, output }, map) => {
    this.seenAgain.set(name, { map, shape: output });
  };

  get stageShape(): FeatureShape | undefined {
    return this.chosen.whole?.output;
  }

  addOutputs(): Record<FeatureName, number> {
    const { graph } = this;
    const { encoder, decoder, whole } = this.chosen;
    const quartersOf = (stage: Stage) => (encoder.quarters ? quarters(graph, stage) : []);
    const values: Record<FeatureName, Value[]> = {
      encoder: [
        ...spread(graph, { map: this.image, shape: this.plan.input }, 1),
        ...this.pick(encoder).flatMap((stage) => [...spread(graph, stage, this.block), ...quartersOf(stage)]),
      ],
      decoder: this.pick(decoder).flatMap((stage) => spread(graph, stage, this.block)),
      rebuilt: encoder.names.flatMap((name) => {
        const signed = this.differenceAt(name);
        const difference = { map: unary(graph, 'Abs', signed.map), shape: signed.shape };
        return [...means(graph, difference, this.block), ...quartersOf(difference)].map((value) =>
          logarithm(graph, value),
        );
      }),
      stage: whole
        ? [reshape(graph, toPlain(graph, this.differenceAt(whole.name).map), [dynamicBatch, valueCount(whole.output)])]
        : [],
    };
    const sizes = { ...noFeatures };
    for (const name of featureNames) {
      if (values[name].length === 0) continue;
      graph.output(featureOutput(name), concat(graph, values[name], 1));
      sizes[name] = values[name].reduce((sum, { shape }) => sum + (shape[1] ?? 0), 0);
    }
    return sizes;
  }

  private pick({ names }: StagePlan): Stage[] {
    return names.map((name) => this.stageAt(name));
  }

  private stageAt(name: string, seen = this.seen): Stage {
    const stage = seen.get(name);
    if (stage === undefined) throw new Error(`Nobody told what came out of ${name}.`);
    return stage;
  }

  /** What the image shows less what the reconstruction shows. */
  private differenceAt(name: string): Stage {
    const { map, shape } = this.stageAt(name);
    const rebuilt = matchLayout(this.graph, this.stageAt(name, this.seenAgain).map, map);
    return { map: subtract(this.graph, map, rebuilt), shape };
  }
}

/** Mean and (population) standard deviation of every channel, each [batch, channels]. */
function spread(graph: Graph, { map, shape }: Stage, block: number): Value[] {
  const [channels, height, width] = shape;
  const blocked = map.blocked === true;
  const values = blocked ? reshape(graph, map, [dynamicBatch, height, width * block]) : map;
  const meansOf = (of: Value) => (blocked ? meansOfRows(graph, of, width, block) : meanOver(graph, of, [2, 3]));
  const mean = meansOf(values);
  const centred = subtract(graph, values, blocked ? acrossRow(graph, mean, width, block) : mean);
  const variance = meansOf(multiply(graph, centred, centred));
  return [mean, unary(graph, 'Sqrt', variance)].map((value) => reshape(graph, value, [dynamicBatch, channels]));
}

function means(graph: Graph, { map, shape: [channels, height, width] }: Stage, block: number): Value[] {
  const mean =
    map.blocked === true
      ? meansOfRows(graph, reshape(graph, map, [dynamicBatch, height, width * block]), width, block)
      : meanOver(graph, map, [2, 3]);
  return [reshape(graph, mean, [dynamicBatch, channels])];
}

/**
 * Over all rows first: the runtime goes through whole rows several times as fast as through single blocks.
 * @param rows [maps, height, width · block]
 * @returns [maps, 1, block]
 */
function meansOfRows(graph: Graph, rows: Value, width: number, block: number): Value {
  return meanOver(graph, reshape(graph, meanOver(graph, rows, [1]), [dynamicBatch, width, block]), [1]);
}

/** [maps, 1, block] → [maps, 1, width · block] */
function acrossRow(graph: Graph, value: Value, width: number, block: number): Value {
  const repeated = graph.add('Expand', [value, graph.integers([1, width, block])], [dynamicBatch, width, block]);
  return reshape(graph, repeated, [dynamicBatch, 1, width * block]);
}

/**
 * The means of a map's quarters as PyTorch's adaptive_avg_pool2d(2) cuts them, [batch, 4 · channels]: with an odd side
 * the quarters share the middle. None below 2×2.
 */
function quarters(graph: Graph, { map, shape: [channels, height, width] }: Stage): Value[] {
  if (height < 2 || width < 2) return [];
  const pooled = graph.add(
    'AveragePool',
    [map],
    [dynamicBatch, channels, 2, 2],
    {
      kernel_shape: [Math.ceil(height / 2), Math.ceil(width / 2)],
      strides: [Math.floor(height / 2), Math.floor(width / 2)],
    },
    map.blocked === true ? blockedDomain : '',
  );
  const plain = toPlain(graph, map.blocked === true ? { ...pooled, blocked: true } : pooled);
  return [reshape(graph, plain, [dynamicBatch, channels * 4])];
}

function logarithm(graph: Graph, value: Value): Value {
  return unary(graph, 'Log', add(graph, value, graph.scalar(smallestDifference)));
}
