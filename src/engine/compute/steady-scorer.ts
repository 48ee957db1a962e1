/**
 * A scorer that outlives its device. Scoring looks at each image by itself, so a batch that a device cannot do is done
 * again: in smaller batches where memory is short, else on the host. The results are the same.
 */
import * as l10n from '@vscode/l10n';
import type { FeatureShape, NetworkSpec } from '../model/spec';
import {
  type Backend,
  type FeatureName,
  featureNames,
  type NetworkFeatures,
  type Scorer,
  type ScorerOptions,
  type ScorerOutput,
} from './backend';
import { DeviceFault, isHost } from './device-fault';
import { joinFloats, largestDifference, percent } from './float-arrays';

export interface SteadyOptions {
  readonly spec: NetworkSpec;
  readonly options: ScorerOptions;
  /** Guarded, see device-fault.ts. */
  readonly device: Backend;
  readonly host: Backend;
  /** Compare the first images with the host's. */
  readonly isChecked: boolean;
  /** Told before the host takes over; what it throws stops the scoring instead. */
  readonly onFault: (fault: DeviceFault) => Promise<void>;
}

const checkedImages = 4;
/** Of a pixel's range: a grey level. */
const pixelTolerance = 1 / 255;
/** Of the largest value of a code or feature. */
const featureTolerance = 1e-2;

/** @throws whatever the host throws, or `onFault` */
export async function openSteadyScorer(given: SteadyOptions): Promise<Scorer> {
  const { spec, options, device, host, onFault } = given;
  if (isHost(device)) return device.createScorer(spec, options);
  for (let batchSize = options.batchSize; ; batchSize = Math.ceil(batchSize / 2)) {
    try {
      return new SteadyScorer(given, await device.createScorer(spec, { ...options, batchSize }));
    } catch (error) {
      if (!(error instanceof DeviceFault)) throw error;
      if (error.kind === 'memory' && batchSize > 1) continue;
      await onFault(error);
      return host.createScorer(spec, options);
    }
  }
}

class SteadyScorer implements Scorer {
  readonly batchSize: number;
  readonly latentSize: number;
  readonly featureSizes: Readonly<Record<FeatureName, number>>;
  readonly stageShape?: FeatureShape;
  #isOnHost = false;
  #isChecked: boolean;

  constructor(
    private readonly given: SteadyOptions,
    private scorer: Scorer,
  ) {
    this.batchSize = given.options.batchSize;
    this.latentSize = scorer.latentSize;
    this.featureSizes = scorer.featureSizes;
    if (scorer.stageShape) this.stageShape = scorer.stageShape;
    this.#isChecked = !given.isChecked;
  }

  async run(input: Float32Array, count: number): Promise<ScorerOutput> {
    for (;;) {
      try {
        const output = await this.#inParts(input, count);
        if (this.#isOnHost) return output;
        await this.#check(input, Math.min(count, checkedImages), output);
        return output;
      } catch (error) {
        if (!(error instanceof DeviceFault)) throw error;
        await this.#replace(error);
      }
    }
  }

  async dispose(): Promise<void> {
    await this.scorer.dispose();
  }

  async #inParts(input: Float32Array, count: number): Promise<ScorerOutput> {
    const { scorer } = this;
    if (count <= scorer.batchSize) return scorer.run(input, count);
    const values = valuesPerImage(this.given.spec);
    const parts: ScorerOutput[] = [];
    for (let start = 0; start < count; start += scorer.batchSize) {
      const part = Math.min(scorer.batchSize, count - start);
      const output = await scorer.run(input.subarray(start * values, (start + part) * values), part);
      // What a scorer gives is valid until its next call.
      parts.push(mapOutput(output, (data) => data.slice()));
    }
    return joined(parts);
  }

  /** @throws DeviceFault when the device gave something that is no number, or not what the host gives */
  async #check(input: Float32Array, count: number, output: ScorerOutput): Promise<void> {
    const { device, host, spec, options } = this.given;
    const wrong = (reason: string) => new DeviceFault(device.name, device.device, 'wrong', reason);
    if (!output.latent.every(Number.isFinite)) throw wrong(l10n.t('a code of this network is not a number'));
    if (this.#isChecked) return;
    const judge = await host.createScorer(spec, { ...options, batchSize: count });
    try {
      const few = input.subarray(0, count * valuesPerImage(spec));
      const difference = differenceOf(output, await judge.run(few, count));
      if (difference !== undefined) throw wrong(difference);
    } finally {
      await judge.dispose();
    }
    this.#isChecked = true;
  }

  async #replace(fault: DeviceFault): Promise<void> {
    const { device, host, spec, options, onFault } = this.given;
    const smaller = Math.ceil(this.scorer.batchSize / 2);
    // A scorer whose device is gone cannot be tidied up.
    await this.scorer.dispose().catch(() => undefined);
    if (fault.kind === 'memory' && this.scorer.batchSize > 1) {
      try {
        this.scorer = await device.createScorer(spec, { ...options, batchSize: smaller });
        return;
      } catch (error) {
        if (!(error instanceof DeviceFault)) throw error;
      }
    }
    await onFault(fault);
    this.scorer = await host.createScorer(spec, options);
    this.#isOnHost = true;
  }
}

function valuesPerImage({ input: { channels, height, width } }: NetworkSpec): number {
  return channels * height * width;
}

/** @returns what differs too much from the first images that `expected` holds */
function differenceOf(seen: ScorerOutput, expected: ScorerOutput): string | undefined {
  const pixels = largestDifference(seen.reconstruction, expected.reconstruction);
  if (!(pixels <= pixelTolerance))
    return l10n.t('its reconstructions differ from the CPU’s by {0} of a pixel’s range', percent(pixels));
  const others = [
    [l10n.t('codes'), seen.latent, expected.latent] as const,
    ...featureNames.map(
      (name) => [l10n.t('features ({0})', name), seen.features?.[name], expected.features?.[name]] as const,
    ),
  ];
  for (const [name, own, host] of others) {
    if (own === undefined || host === undefined) continue;
    const scale = host.reduce((largest, value) => Math.max(largest, Math.abs(value)), Number.MIN_VALUE);
    const difference = largestDifference(own, host) / scale;
    if (!(difference <= featureTolerance))
      return l10n.t('its {0} differ from the CPU’s by {1}', name, percent(difference));
  }
  return undefined;
}

function mapOutput(output: ScorerOutput, map: (data: Float32Array) => Float32Array): ScorerOutput {
  const { reconstruction, latent, features } = output;
  return {
    reconstruction: map(reconstruction),
    latent: map(latent),
    ...(features && { features: mapFeatures(features, (_, data) => map(data)) }),
  };
}

function mapFeatures(
  features: NetworkFeatures,
  map: (name: FeatureName, data: Float32Array) => Float32Array,
): NetworkFeatures {
  return Object.fromEntries(
    featureNames.flatMap((name) => {
      const data = features[name];
      return data === undefined ? [] : [[name, map(name, data)] as const];
    }),
  );
}

function joined(parts: readonly ScorerOutput[]): ScorerOutput {
  const join = (dataOf: (part: ScorerOutput) => Float32Array | undefined) =>
    joinFloats(parts.flatMap((part) => dataOf(part) ?? []));
  const features = parts[0]?.features;
  return {
    reconstruction: join((part) => part.reconstruction),
    latent: join((part) => part.latent),
    ...(features && { features: mapFeatures(features, (name) => join((part) => part.features?.[name])) }),
  };
}
