/** The product's side of the comparison: one network on one device, training or scoring, in a process of its own. */
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import type { Backend } from '../../src/engine/compute/backend';
import { OnnxBackend } from '../../src/engine/compute/onnx/backend';
import { openTensorFlow } from '../../src/engine/compute/tensorflow/open';
import { initialWeights } from '../../src/engine/model/initial';
import { checkNetwork, valueCount } from '../../src/engine/model/shapes';
import { StepsAtOnce } from '../../src/engine/training/steps-at-once';
import { randomStream } from '../../src/shared/random';
import { deviceNames } from '../../src/shared/settings';
import { Conversation } from './conversation';
import { networks } from './networks';

export const modes = ['train', 'score'] as const;
export type Mode = (typeof modes)[number];

const taskSchema = v.object({
  network: v.string(),
  backend: v.picklist(['onnx', 'tensorflow']),
  device: v.picklist(deviceNames),
  mode: v.picklist(modes),
  batch: v.number(),
  threads: v.number(),
});
export type Task = v.InferOutput<typeof taskSchema>;

const openedSchema = v.object({
  /** From an engine without a network to the end of its first step. */
  secondsToFirstStep: v.number(),
  versions: v.record(v.string(), v.string()),
});
const measuredSchema = v.object({ imagesPerSecond: v.number(), peakBytes: v.number() });
export const clocks = ['wall', 'processor'] as const;
/** The processor's counts only the time that the process's threads were at work: for machines that others use as well. */
export type Clock = (typeof clocks)[number];
const measureSchema = v.object({ seconds: v.number(), clock: v.picklist(clocks) });

/** With the worst 5 % left out, as by default. */
export const keptShare = 0.95;
/** The first argument that makes the bench's program this side's process. */
export const oursArgument = 'ours';

export class Ours {
  private constructor(
    private readonly talk: Conversation,
    readonly opened: v.InferOutput<typeof openedSchema>,
  ) {}

  static async open(task: Task): Promise<Ours> {
    const talk = Conversation.open(`${task.backend} on ${task.device}`, process.execPath, [
      process.argv[1] ?? '',
      oursArgument,
    ]);
    try {
      return new Ours(talk, await talk.ask(task, openedSchema));
    } catch (error) {
      await talk.close();
      throw error;
    }
  }

  /** From the median time of a batch; the peak is that of the whole process since it began. */
  measure(seconds: number, clock: Clock): Promise<v.InferOutput<typeof measuredSchema>> {
    return this.talk.ask({ seconds, clock }, measuredSchema);
  }

  close(): Promise<void> {
    return this.talk.close();
  }
}

/** The other end of {@link Ours}: the first line is the task, the others ask for measurements. */
export async function answerAsOurs(): Promise<void> {
  const tell = (answer: unknown) => process.stdout.write(`${JSON.stringify(answer)}\n`);
  let work: Call | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      if (work === undefined) {
        const task = v.parse(taskSchema, JSON.parse(line));
        const started = performance.now();
        const { backend, step, steps } = await begin(task);
        await step();
        tell({ secondsToFirstStep: (performance.now() - started) / 1000, versions: backend.versions });
        work = await inCalls(step, steps, task.batch);
      } else {
        const { seconds, clock } = v.parse(measureSchema, JSON.parse(line));
        const imagesPerSecond = (1000 * work.images) / (await medianTime(work.call, seconds, clock));
        tell({ imagesPerSecond, peakBytes: 1024 * process.resourceUsage().maxRSS });
      }
    } catch (error) {
      tell({ error: error instanceof Error ? error.message : String(error) });
    }
  }
  process.exit();
}

interface Work {
  readonly backend: Backend;
  readonly step: () => Promise<unknown>;
  /** Several training steps in one call, as the training loop asks for them. */
  readonly steps?: (count: number) => Promise<unknown>;
}

async function begin(task: Task): Promise<Work> {
  const { mode, batch, threads } = task;
  const spec = networks.find(({ name }) => name === task.network)?.spec;
  if (spec === undefined) throw new Error(`There is no network ${task.network}.`);
  const plan = checkNetwork(spec);
  const weights = initialWeights(plan, 0);
  const stream = randomStream(0, 'bench');
  const images = Float32Array.from({ length: batch * valueCount(plan.input) }, () => stream.below(256) / 255);
  const backend =
    task.backend === 'onnx' ? new OnnxBackend(task.device) : (await openTensorFlow(task.device, threads)).backend;
  if (mode === 'score') {
    const scorer = await backend.createScorer(spec, { batchSize: batch, threads, weights, features: false });
    return { backend, step: () => scorer.run(images, batch) };
  }
  const options = { batchSize: batch, loss: 'mse', weightDecay: 1e-4, threads, weights } as const;
  const trainer = await backend.createTrainer(spec, options);
  const keep = Math.max(1, Math.ceil(keptShare * batch));
  const given = { input: images, target: images, learningRate: 2e-3, keep };
  return {
    backend,
    step: () => trainer.step(images, images, given),
    ...(trainer.steps && { steps: (count: number) => trainer.steps?.(count, () => given) ?? Promise.resolve() }),
  };
}

/** Each is longer than the one before, up to what a second holds. */
const callsToKnowSpeed = 4;

interface Call {
  readonly call: () => Promise<unknown>;
  /** In a call. */
  readonly images: number;
}

/** As many steps a call as the training loop makes once it knows the speed. */
async function inCalls(step: Work['step'], steps: Work['steps'], batch: number): Promise<Call> {
  if (!steps) return { call: step, images: batch };
  const atOnce = new StepsAtOnce();
  for (let call = 0; call < callsToKnowSpeed; call++) {
    const { count } = atOnce;
    const started = performance.now();
    await steps(count);
    atOnce.add(count, performance.now() - started);
  }
  const { count } = atOnce;
  return { call: () => steps(count), images: count * batch };
}

/** In milliseconds. */
async function medianTime(step: () => Promise<unknown>, seconds: number, clock: Clock): Promise<number> {
  const now = clock === 'wall' ? () => performance.now() : processorMs;
  const times: number[] = [];
  const start = performance.now();
  while (performance.now() - start < seconds * 1000 || times.length < 3) {
    const before = now();
    await step();
    times.push(now() - before);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? NaN;
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
