/**
 * Training and scoring rates of the presets and of M1–M3 on every backend and device that is there, against PyTorch on
 * as many threads, taking turns so that a busy moment of the machine hits both. Ratios come first; every figure is kept
 * in bench/results as soon as it is measured.
 *
 * `node scripts/bench.mjs speed [--quick] [--networks M1,M2] [--modes train,score] [--batches 16,64,256]
 * [--on onnx:cpu,tensorflow:cpu] [--threads 2] [--rounds 3] [--seconds 1] [--clock wall|processor]
 * [--peer-python PATH]`
 *
 * PyTorch is the newest for CPUs, installed into a folder of the bench's own, or what the named interpreter has: rows of
 * different versions are kept side by side.
 *
 * Where others use the machine, `--threads 1 --clock processor` compares what the work costs.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { describeBackends } from '../../src/engine/compute/select';
import { deviceNames, type DeviceName } from '../../src/shared/settings';
import { networks, type MeasuredNetwork } from './networks';
import { answerAsOurs, type Clock, clocks, keptShare, type Mode, modes, Ours, oursArgument, type Task } from './ours';
import { type Layout, layouts, Peer } from './peer';
import { keepRow, type Row, tableOf } from './results';

type Place = Pick<Task, 'backend' | 'device'>;

interface Plan {
  readonly networks: readonly MeasuredNetwork[];
  readonly modes: readonly Mode[];
  readonly batches: readonly number[];
  readonly places: readonly Place[];
  readonly threads: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly clock: Clock;
  readonly peerPython: string | undefined;
}

const goals: Readonly<Record<string, Readonly<Record<Mode, number | undefined>>>> = {
  onnx: { train: 1.2, score: 1.8 },
  tensorflow: { train: 0.8, score: undefined },
};

async function readPlan(): Promise<Plan> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      networks: { type: 'string' },
      modes: { type: 'string', default: modes.join() },
      batches: { type: 'string' },
      on: { type: 'string' },
      threads: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '1' },
      clock: { type: 'string', default: 'wall' },
      'peer-python': { type: 'string' },
    },
  });
  const names = networks.map(({ name }) => name);
  const wanted = values.networks === undefined ? undefined : among('networks', values.networks, names);
  const chosen = networks.filter(({ name, hasGoals }) => wanted?.includes(name) ?? (hasGoals || !values.quick));
  const batches = (values.batches ?? (values.quick ? '64' : '16,64,256')).split(',');
  const places = (values.on?.split(',') ?? (await placesHere())).map(readPlace);
  return {
    networks: chosen,
    modes: among('modes', values.modes, modes),
    batches: batches.map((batch) => positive('batches', batch)),
    places,
    threads: positive('threads', values.threads),
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds, false),
    clock: among('clock', values.clock, clocks)[0] ?? 'wall',
    peerPython: values['peer-python'],
  };
}

/** Those of `known` that the text names, in the order of `known`. */
function among<T extends string>(option: string, text: string, known: readonly T[]): T[] {
  const names = text.split(',');
  const unknown = names.find((name) => !known.some((one) => one === name));
  if (unknown !== undefined) throw new Error(`--${option} takes ${known.join(', ')}, not “${unknown}”.`);
  return known.filter((one) => names.includes(one));
}

function positive(option: string, text: string, isWhole = true): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0 && (!isWhole || Number.isInteger(value))) return value;
  throw new Error(`--${option} takes ${isWhole ? 'whole numbers' : 'numbers'} above 0, not “${text}”.`);
}

async function placesHere(): Promise<string[]> {
  const reports = await describeBackends(false);
  for (const { backend, device, available, detail } of reports) {
    if (!available) console.log(`Left out: ${backend} on ${device}: ${detail}`);
  }
  return reports.filter(({ available }) => available).map(({ backend, device }) => `${backend}:${device}`);
}

function readPlace(text: string): Place {
  const [backend, wish = 'cpu'] = text.split(':');
  const device = deviceNames.find((name): name is DeviceName => name === wish);
  if ((backend !== 'onnx' && backend !== 'tensorflow') || device === undefined) {
    throw new Error(`--on takes onnx:cpu, onnx:webgpu or tensorflow:cpu, not ${text}.`);
  }
  return { backend, device };
}

/** One network, mode and batch on all places, taking turns with PyTorch. */
async function compare(
  { name, hasGoals }: MeasuredNetwork,
  mode: Mode,
  batch: number,
  { places, threads, rounds, seconds, clock }: Plan,
  peer: Peer,
): Promise<Row[]> {
  const sides: { place: Place; ours: Ours; rates: number[]; peakBytes: number }[] = [];
  const theirs = new Map<Layout, number[]>(layouts.map((layout) => [layout, []]));
  try {
    for (const place of places) {
      try {
        const ours = await Ours.open({ network: name, ...place, mode, batch, threads });
        sides.push({ place, ours, rates: [], peakBytes: 0 });
      } catch (error) {
        console.log(`Not measured: ${mode} ${name} in batches of ${String(batch)}: ${messageOf(error)}`);
      }
    }
    const keep = Math.max(1, Math.ceil(keptShare * batch));
    for (let round = 0; round < rounds; round++) {
      for (const side of sides) {
        const { imagesPerSecond, peakBytes } = await side.ours.measure(seconds, clock);
        side.rates.push(imagesPerSecond);
        side.peakBytes = peakBytes;
      }
      // After the first round only the layout that was faster goes on.
      const [slower] = round === 1 ? [...theirs].sort((a, b) => (a[1][0] ?? 0) - (b[1][0] ?? 0)) : [];
      if (slower) theirs.delete(slower[0]);
      for (const [layout, rates] of theirs) {
        rates.push(await peer.imagesPerSecond(name, mode, layout, batch, keep, seconds, clock));
      }
    }
    const [best = { layout: 'none', rate: NaN }] = [...theirs]
      .map(([layout, rates]) => ({ layout, rate: median(rates) }))
      .sort((a, b) => b.rate - a.rate);
    return sides.map(({ place, ours, rates, peakBytes }): Row => {
      const goal = hasGoals && batch === 64 ? goals[place.backend]?.[mode] : undefined;
      return {
        ratio: median(rates) / best.rate,
        ...(goal !== undefined && { goal }),
        network: name,
        mode,
        batch,
        ...place,
        threads,
        clock,
        imagesPerSecond: median(rates),
        peerImagesPerSecond: best.rate,
        peerLayout: best.layout,
        peakMegabytes: peakBytes / 1e6,
        secondsToFirstStep: ours.opened.secondsToFirstStep,
        load: os.loadavg()[0] ?? NaN,
        versions: { node: process.versions.node, ...ours.opened.versions, torch: peer.version },
        measuredAt: new Date().toISOString(),
      };
    });
  } finally {
    for (const { ours } of sides) await ours.close();
  }
}

async function main(): Promise<void> {
  const plan = await readPlan();
  const root = process.cwd();
  const peer = await Peer.start(root, plan.threads, plan.peerPython);
  const rows: Row[] = [];
  let file = '';
  for (const network of plan.networks) {
    for (const mode of plan.modes) {
      for (const batch of plan.batches) {
        for (const row of await compare(network, mode, batch, plan, peer)) {
          rows.push(row);
          file = keepRow(root, row);
          const { ratio, backend, device } = row;
          console.log(
            `${ratio.toFixed(2)} of PyTorch: ${mode} ${network.name}, ${String(batch)}, ${backend} ${device}`,
          );
        }
      }
    }
  }
  await peer.close();
  console.log(`\n${tableOf(rows)}\n\nKept in ${file}`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const work = process.argv[2] === oursArgument ? answerAsOurs() : main();
work.catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = 1;
});
