/**
 * Compares a device with the CPU, in a process of its own: a driver that fails must not end the tests.
 * `node device-process.cjs DEVICE PART…` prints a JSON object a line; the last is `{"part":"end"}`. A part of cases can
 * be narrowed: `presets:convolutional`.
 */
import * as ort from 'onnxruntime-node';
import { type DeviceName, deviceNames } from '../../../src/shared/settings';
import { randomStream } from '../../../src/shared/random';
import type { Backend, NamedTensors } from '../../../src/engine/compute/backend';
import { OnnxBackend } from '../../../src/engine/compute/onnx/backend';
import { selectBackend } from '../../../src/engine/compute/select';
import { initialWeights } from '../../../src/engine/model/initial';
import { labelCount, planPretext, type PretextTask, withHeads } from '../../../src/engine/model/pretext';
import { checkNetwork } from '../../../src/engine/model/shapes';
import type { NetworkPlan } from '../../../src/engine/model/plan';
import { cases, type PyTorchCase } from '../../fixtures/pytorch/cases';
import { randomImages, smallNetwork, smallWeights, valuesPerImage } from './small-network';

const cpu = new OnnxBackend('cpu');

function say(part: string, facts: object): void {
  process.stdout.write(`${JSON.stringify({ part, ...facts })}\n`);
}

/** What a case makes on a device: losses of every step, what the steps changed, what the scorer then draws. */
interface Outcome {
  readonly losses: Float32Array;
  readonly changes: NamedTensors;
  readonly reconstruction: Float32Array;
}

/** Off the values that first weights have, so that every gradient is different from zero. */
function weightsFor(plan: NetworkPlan): NamedTensors {
  const stream = randomStream(3, 'weights of a device test');
  const moved = (value: number) => value + 0.1 * stream.normal();
  const isKept = new Set(plan.parameters.filter(({ kind }) => kind.startsWith('running')).map(({ name }) => name));
  return new Map(
    [...initialWeights(plan, 0)].map(([name, { shape, data }]) => [
      name,
      { shape, data: isKept.has(name) ? data : data.map(moved) },
    ]),
  );
}

/** A case, and what is asked of the encoder beside it. */
interface DeviceCase extends PyTorchCase {
  readonly pretext?: readonly PretextTask[];
}

async function outcomeOf(backend: Backend, one: DeviceCase): Promise<Outcome> {
  const { spec, batch, steps, learningRate = 1e-3, momentum } = one;
  const plan = checkNetwork(spec);
  const asked = planPretext(plan, one.pretext);
  const weights = weightsFor(withHeads(plan, asked));
  const stream = randomStream(4, 'images of a device test');
  const count = batch * plan.input.reduce((product, side) => product * side, 1);
  const images = Float32Array.from({ length: count }, () => stream.below(256) / 255);
  // Any answers do: what they ask for is the same on both.
  const pretext = asked && { images, labels: new Float32Array(batch * labelCount(asked)).fill(0.5) };
  const common = { batchSize: batch, threads: 1 };
  const trainer = await backend.createTrainer(spec, { ...one, ...common, weights });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const rates = { learningRate, ...(momentum !== undefined && { momentum }) };
    const options = { ...rates, keep: Math.max(1, batch - 1), ...(pretext && { pretext }) };
    losses.push(...(await trainer.step(images, images, options)));
  }
  const trained = await trainer.weights();
  await trainer.dispose();
  const changes = new Map(
    [...trained].map(([name, { shape, data }]) => {
      const before = weights.get(name)?.data;
      return [name, { shape, data: data.map((value, at) => value - (before?.[at] ?? NaN)) }] as const;
    }),
  );
  const scorer = await backend.createScorer(spec, { ...common, weights, features: false });
  const { reconstruction } = await scorer.run(images, batch);
  const outcome = { losses: Float32Array.from(losses), changes, reconstruction: reconstruction.slice() };
  await scorer.dispose();
  return outcome;
}

/** The largest difference as a share of the largest expected value, or of `scale`. */
function deviation(seen: Float32Array | undefined, expected: Float32Array, scale?: number): number {
  const largest = scale ?? expected.reduce((most, value) => Math.max(most, Math.abs(value)), Number.MIN_VALUE);
  return expected.reduce((most, value, at) => Math.max(most, Math.abs((seen?.[at] ?? NaN) - value)), 0) / largest;
}

async function compareCase(part: string, device: Backend, one: DeviceCase): Promise<void> {
  const started = performance.now();
  try {
    const expected = await outcomeOf(cpu, one);
    const seen = await outcomeOf(device, one);
    // A gradient that is nothing but rounding is compared with the largest of all.
    const largestOf = (data: Float32Array) => data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const largest = Math.max(...[...expected.changes.values()].map(({ data }) => largestOf(data)));
    const floor = 1e-3 * largest;
    const worst = [...expected.changes].map(([name, { data }]) => {
      return { name, change: deviation(seen.changes.get(name)?.data, data, Math.max(largestOf(data), floor)) };
    });
    worst.sort((a, b) => b.change - a.change);
    say(part, {
      name: one.name,
      losses: deviation(seen.losses, expected.losses),
      reconstruction: deviation(seen.reconstruction, expected.reconstruction, 1),
      changes: worst[0]?.change ?? 0,
      tensor: worst[0]?.name ?? '',
      seconds: (performance.now() - started) / 1000,
    });
  } catch (error) {
    say(part, { name: one.name, error: error instanceof Error ? error.message : String(error) });
  }
}

/** One step of plain descent by the gradient itself: what changes is the gradient. */
const gradients = { optimizer: 'sgd', learningRate: 1, momentum: 0, weightDecay: 0, steps: 1, batch: 2 } as const;

const asked: DeviceCase = {
  ...{ ...gradients, name: 'rotation and cut-paste', spec: smallNetwork, loss: 'mse' },
  pretext: ['rotation', 'cut-paste'],
};

/** How many bytes cross the border in a step, and what a checkpoint brings back. */
async function transfers(device: DeviceName): Promise<void> {
  const batchSize = 16;
  const images = randomImages(batchSize);
  const bytes = { up: 0, down: 0 };
  countTransfers(bytes);
  const trainer = await new OnnxBackend(device).createTrainer(smallNetwork, {
    batchSize,
    loss: 'mse',
    weightDecay: 0,
    threads: 1,
    weights: smallWeights(),
  });
  const step = () => trainer.step(images, images, { learningRate: 1e-3, keep: batchSize });
  await step(); // brings the weights there
  Object.assign(bytes, { up: 0, down: 0 });
  const steps = 5;
  for (let count = 0; count < steps; count++) await step();
  const perStep = { up: bytes.up / steps, down: bytes.down / steps };
  Object.assign(bytes, { up: 0, down: 0 });
  const weights = await trainer.weights();
  const weightBytes = 4 * [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
  const { down } = bytes;
  await trainer.dispose();
  say('transfers', {
    perStep,
    batchBytes: 4 * batchSize * valuesPerImage,
    lossBytes: 4 * batchSize,
    weightBytes,
    down,
  });
}

interface Located {
  readonly location: string;
  readonly size: number;
  readonly type: string;
}

/** Looks at every run of the runtime: tensors that lie in the process go up, outputs that come to it come down. */
function countTransfers(bytes: { up: number; down: number }): void {
  const prototype: unknown = Reflect.get(ort.InferenceSession, 'prototype');
  if (typeof prototype !== 'object' || prototype === null) throw new Error('The runtime has no sessions.');
  const run: unknown = Reflect.get(prototype, 'run');
  if (typeof run !== 'function') throw new Error('The runtime’s sessions have no run.');
  const inProcess = (tensors: Readonly<Record<string, Located>>) =>
    Object.values(tensors)
      .filter(({ location }) => location === 'cpu')
      .reduce((sum, { size, type }) => sum + size * (type === 'int64' ? 8 : 4), 0);
  Reflect.set(prototype, 'run', async function (this: object, feeds: Record<string, Located>, ...rest: unknown[]) {
    const outputs = (await Reflect.apply(run, this, [feeds, ...rest])) as Record<string, Located>;
    bytes.up += inProcess(feeds);
    bytes.down += inProcess(outputs);
    return outputs;
  });
}

async function main([device, ...parts]: readonly string[]): Promise<void> {
  const name = deviceNames.find((known) => known === device);
  if (name === undefined) throw new Error(`There is no device ${String(device)}.`);
  const backend = new OnnxBackend(name);
  for (const wish of parts) {
    const [part, only] = wish.split(':');
    const chosen = (all: readonly PyTorchCase[]) => all.filter((one) => only === undefined || one.name === only);
    switch (part) {
      case 'self-test':
        say(part, await backend.selfTest());
        break;
      case 'layers':
        for (const one of chosen(cases.layers)) await compareCase(part, backend, one);
        break;
      case 'losses':
        for (const one of chosen(cases.losses)) await compareCase(part, backend, { ...one, steps: 1 });
        break;
      case 'optimizers':
        for (const one of chosen(cases.optimizers)) await compareCase(part, backend, { ...one, steps: 2 });
        break;
      case 'presets':
        for (const one of chosen(cases.presets)) await compareCase(part, backend, { ...one, ...gradients });
        break;
      case 'pretext':
        await compareCase(part, backend, asked);
        break;
      case 'transfers':
        await transfers(name);
        break;
      case 'choice': {
        const { backend: chosen, note } = await selectBackend({ backend: 'auto', device: 'auto', threads: 2 });
        say(part, { device: chosen.device, note });
        break;
      }
      default:
        throw new Error(`There is no part ${wish}.`);
    }
  }
  say('end', {});
}

void main(process.argv.slice(2));
