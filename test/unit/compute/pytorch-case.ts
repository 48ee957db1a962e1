/** Runs one case of test/fixtures/pytorch/cases.ts and compares it with what PyTorch made of it. */
import { expect } from 'vitest';
import * as v from 'valibot';
import type { Backend } from '../../../src/engine/compute/backend';
import { OnnxBackend } from '../../../src/engine/compute/onnx/backend';
import { checkNetwork, type NetworkPlan } from '../../../src/engine/model/shapes';
import type { NamedTensors } from '../../../src/engine/model/tensors';
import type { PyTorchCase } from '../../fixtures/pytorch/cases';
import { expectClose, patternImages, patternWeights } from './pytorch-values';

const numbers = v.array(v.number());
const recordedSchema = v.object({
  cases: v.record(
    v.string(),
    v.object({
      parameters: v.number(),
      learningRate: v.number(),
      reconstruction: numbers,
      mean: v.number(),
      deviation: v.number(),
      latent: numbers,
      losses: v.array(numbers),
      changes: v.record(v.string(), numbers),
    }),
  ),
});
type Recorded = v.InferOutput<typeof recordedSchema>['cases'][string];

/** As in record_cases.py. */
const gain = 2;
const recordedImages = 2;
const onnx = new OnnxBackend('cpu');
/** One: the threads of a pool wait for one another, which on a busy machine doubles the time of these small batches. */
const threads = 1;

/** @param tolerance of the reconstruction, and of losses and changes relative to the largest */
export interface Tolerance {
  readonly reconstruction: number;
  readonly losses: number;
  readonly changes: number;
}

/** @param recordings the parsed recorded-….json */
export async function expectAsPyTorch(
  one: PyTorchCase,
  recordings: unknown,
  tolerance: Tolerance,
  backend: Backend = onnx,
): Promise<void> {
  const expected = v.parse(recordedSchema, recordings).cases[one.name];
  if (expected === undefined) throw new Error(`Nothing is recorded of ${one.name}: run record_cases.py.`);
  const plan = checkNetwork(one.spec);
  expect(plan.parameterCount, 'parameters').toBe(expected.parameters);
  const weights = withHardlyAnyVariance(plan, patternWeights(plan, gain));
  const images = patternImages(plan, one.batch);
  await expectReconstruction(backend, one, expected, weights, images, tolerance.reconstruction);
  await expectTraining(backend, one, expected, weights, images, tolerance);
}

async function expectReconstruction(
  backend: Backend,
  { spec, batch }: PyTorchCase,
  expected: Recorded,
  weights: NamedTensors,
  images: Float32Array,
  tolerance: number,
): Promise<void> {
  const scorer = await backend.createScorer(spec, { batchSize: batch, threads, weights, features: false });
  const { reconstruction, latent } = await scorer.run(images, recordedImages);
  const count = reconstruction.length;
  const mean = reconstruction.reduce((sum, value) => sum + value, 0) / count;
  const variance = reconstruction.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  expectClose(sampled(reconstruction, 24), expected.reconstruction, tolerance, 'reconstruction', 1);
  expectClose([mean, Math.sqrt(variance)], [expected.mean, expected.deviation], tolerance, 'mean and deviation', 1);
  expectClose(sampled(latent, 24), expected.latent, tolerance, 'latent');
  await scorer.dispose();
}

async function expectTraining(
  backend: Backend,
  one: PyTorchCase,
  expected: Recorded,
  weights: NamedTensors,
  images: Float32Array,
  tolerance: Tolerance,
): Promise<void> {
  const trainer = await backend.createTrainer(one.spec, {
    batchSize: one.batch,
    loss: one.loss,
    ...(one.focal && { focal: one.focal }),
    ...(one.klWeight !== undefined && { klWeight: one.klWeight }),
    optimizer: one.optimizer,
    weightDecay: one.weightDecay,
    ...(one.gradientClip !== undefined && { gradientClip: one.gradientClip }),
    threads,
    weights,
  });
  const options = {
    learningRate: expected.learningRate,
    keep: one.batch,
    ...(one.momentum !== undefined && { momentum: one.momentum }),
  };
  for (const [step, losses] of expected.losses.entries()) {
    const actual = await trainer.step(images, images, options);
    expectClose(actual, losses, tolerance.losses, `losses of step ${String(step)}`);
  }
  const trained = await trainer.weights();
  await trainer.dispose();
  const largest = Math.max(1e-6, ...Object.values(expected.changes).flat().map(Math.abs));
  for (const [name, changes] of Object.entries(expected.changes)) {
    const before = weights.get(name)?.data ?? new Float32Array();
    const after = trained.get(name)?.data ?? new Float32Array();
    const most = name.includes('running') || one.steps > 3 ? 4 : 12;
    const actual = Array.from(sampled(after, most), (value, index) => value - (sampled(before, most)[index] ?? NaN));
    expectClose(actual, changes, tolerance.changes, `changes of ${name}`, largest);
  }
}

/** A network that samples draws nearly its means, so that no noise needs to be shared with PyTorch. */
function withHardlyAnyVariance(plan: NetworkPlan, weights: NamedTensors): NamedTensors {
  const encoder = plan.layers.filter(({ part }) => part === 'encoder');
  if (encoder.at(-1)?.layer.type !== 'sample') return weights;
  const name = `${encoder.at(-2)?.name ?? ''}.bias`;
  const bias = weights.get(name);
  if (bias === undefined) throw new Error(`There is no ${name}.`);
  const data = bias.data.map((value, index) => (index < bias.data.length / 2 ? value : value - 30));
  return new Map([...weights, [name, { ...bias, data }]]);
}

/** As in record_cases.py: about `most` values at equal distances, the first among them. */
function sampled(values: Float32Array, most: number): Float32Array {
  const distance = Math.max(1, Math.ceil(values.length / most));
  return Float32Array.from(
    { length: Math.ceil(values.length / distance) },
    (_, place) => values[place * distance] ?? NaN,
  );
}
