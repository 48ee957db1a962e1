/** What a network's inside looks like in few numbers: the features of the interface, as the ONNX backend makes them. */
import { type LayerPlan, type NetworkPlan, valueCount } from '../../model/plan';
import type { FeatureShape } from '../../model/spec';
import { type FeatureName, featureNames } from '../backend';
import { planFeatures, smallestDifference } from '../network/feature-plan';
import type { TensorFlow, TfTensor } from './api';
import { channelsFirst } from './layout';

interface Stage {
  readonly map: TfTensor;
  readonly shape: FeatureShape;
}

/** Listens while a network runs; {@link features} then tells what it made of the activations. */
export class FeatureWatch {
  private readonly chosen: ReturnType<typeof planFeatures>;
  private readonly seen = new Map<string, Stage>();
  private readonly seenAgain = new Map<string, Stage>();

  constructor(
    private readonly tf: TensorFlow,
    private readonly plan: NetworkPlan,
    /** [batch, height, width, channels] in 0..1 */
    private readonly image: TfTensor,
  ) {
    this.chosen = planFeatures(plan);
  }

  readonly observe = ({ name, output }: LayerPlan, map: TfTensor): void => {
    this.seen.set(name, { map, shape: output });
  };

  /** For the second pass through the encoder, with the reconstruction. */
  readonly observeRebuilt = ({ name, output }: LayerPlan, map: TfTensor): void => {
    this.seenAgain.set(name, { map, shape: output });
  };

  /** Each [batch, size]; those that the network has not are absent. */
  features(): ReadonlyMap<FeatureName, TfTensor> {
    const { tf } = this;
    const { encoder, decoder, whole } = this.chosen;
    const quartersOf = (stage: Stage) => (encoder.quarters ? quarters(tf, stage) : []);
    const stages = encoder.names.map((name) => [stageAt(this.seen, name), stageAt(this.seenAgain, name)] as const);
    const parts: Readonly<Record<FeatureName, readonly TfTensor[]>> = {
      encoder: [
        ...spread(tf, { map: this.image, shape: this.plan.input }),
        ...stages.flatMap(([stage]) => [...spread(tf, stage), ...quartersOf(stage)]),
      ],
      decoder: decoder.names.flatMap((name) => spread(tf, stageAt(this.seen, name))),
      rebuilt: stages.flatMap(([{ map, shape }, rebuilt]) => {
        const difference = { map: tf.abs(tf.sub(map, rebuilt.map)), shape };
        const means = [tf.mean(difference.map, [1, 2]), ...quartersOf(difference)];
        return means.map((value) => tf.log(tf.add(value, smallestDifference)));
      }),
      stage: whole ? [this.whole(whole)] : [],
    };
    const present = featureNames.filter((name) => parts[name].length > 0);
    return new Map(present.map((name) => [name, tf.concat(parts[name], 1)]));
  }

  private whole({ name, output }: LayerPlan): TfTensor {
    const difference = this.tf.sub(stageAt(this.seen, name).map, stageAt(this.seenAgain, name).map);
    return this.tf.reshape(channelsFirst(this.tf, difference), [difference.shape[0] ?? 1, valueCount(output)]);
  }
}

function stageAt(seen: ReadonlyMap<string, Stage>, name: string): Stage {
  const stage = seen.get(name);
  if (stage === undefined) throw new Error(`Nobody told what came out of ${name}.`);
  return stage;
}

/** Mean and (population) standard deviation of every channel, each [batch, channels]. */
function spread(tf: TensorFlow, { map }: Stage): TfTensor[] {
  const centred = tf.sub(map, tf.mean(map, [1, 2], true));
  return [tf.mean(map, [1, 2]), tf.sqrt(tf.mean(tf.square(centred), [1, 2]))];
}

/** The means of a map's quarters, channel by channel; with an odd side they share the middle. None below 2×2. */
function quarters(tf: TensorFlow, { map, shape: [channels, height, width] }: Stage): TfTensor[] {
  if (height < 2 || width < 2) return [];
  const kernel = [Math.ceil(height / 2), Math.ceil(width / 2)] as const;
  const stride = [Math.floor(height / 2), Math.floor(width / 2)] as const;
  const pooled = channelsFirst(tf, tf.avgPool(map, kernel, stride, 'valid'));
  return [tf.reshape(pooled, [map.shape[0] ?? 1, channels * 4])];
}
