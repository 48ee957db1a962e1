/**
 * Training and scoring rates of the preset networks against PyTorch, both on two threads with batches of 64, taking
 * turns so that a busy moment of the machine hits both. Prints ratios and writes bench/results/speed-*.json.
 * `node scripts/bench.mjs speed [--threads 2] [--rounds 5] [--seconds 2]`
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { choosePreset } from '../../src/engine/model/presets';
import type { FeatureShape, NetworkSpec } from '../../src/engine/model/spec';
import { Ours } from './ours';
import { layouts, startPeer } from './peer';

const modes = ['train', 'score'] as const;
type Mode = (typeof modes)[number];
const goals: Readonly<Record<Mode, number>> = { train: 0.6, score: 1.5 };

interface Rates {
  readonly network: string;
  readonly mode: Mode;
  readonly ours: number;
  readonly peer: number;
  readonly peerLayout: string;
  readonly ratio: number;
}

function network(preset: string, input: FeatureShape): [string, NetworkSpec] {
  return [`${preset} ${input.join('×')}`, choosePreset(preset).build(input)];
}

const networks = new Map<string, NetworkSpec>([
  network('convolutional', [3, 64, 64]),
  network('convolutional', [1, 28, 28]),
  network('corrupted-digits', [1, 28, 28]),
]);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      threads: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '2' },
    },
  });
  const [threads, rounds, seconds] = [values.threads, values.rounds, values.seconds].map(Number);
  if (threads === undefined || rounds === undefined || seconds === undefined) return;
  const root = process.cwd();
  // Other programs' load when the measurement began: above the number of cores, both sides were disturbed.
  const [loadBefore] = loadavg();
  const peer = await startPeer(root, networks, threads);
  const results: Rates[] = [];
  for (const [name, spec] of networks) {
    for (const mode of modes) {
      const ours = await Ours.open(spec, mode, threads);
      const own: number[] = [];
      const theirs = new Map(layouts.map((layout) => [layout, [] as number[]] as const));
      for (let round = 0; round < rounds; round++) {
        own.push(await ours.imagesPerSecond(seconds));
        for (const [layout, rates] of theirs) rates.push(await peer.imagesPerSecond(name, mode, layout, seconds));
      }
      await ours.close();
      const [best = { layout: 'none', rate: NaN }] = [...theirs]
        .map(([layout, rates]) => ({ layout, rate: median(rates) }))
        .sort((a, b) => b.rate - a.rate);
      const rate = median(own);
      const result = { network: name, mode, ours: rate, peer: best.rate, peerLayout: best.layout };
      results.push({ ...result, ratio: rate / best.rate });
      report(results.at(-1));
    }
  }
  peer.close();
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryBytes: totalmem() };
  const versions = { node: process.versions.node, ...Ours.versions(), torch: peer.version };
  const record = {
    date: new Date().toISOString(),
    machine,
    loadBefore,
    versions,
    threads,
    rounds,
    batch: 64,
    goals,
    results,
  };
  const file = join(root, 'bench', 'results', `speed-${platform()}-${arch()}-${String(machine.cores)}cores.json`);
  mkdirSync(join(root, 'bench', 'results'), { recursive: true });
  writeFileSync(file, `${JSON.stringify(record, undefined, 2)}\n`);
  process.stdout.write(`Written to ${file}\n`);
}

function report(rates: Rates | undefined): void {
  if (rates === undefined) return;
  const { ratio, network, mode, ours, peer, peerLayout } = rates;
  const goal = `goal ${String(goals[mode])}${ratio >= goals[mode] ? '' : ', missed'}`;
  process.stdout.write(
    `${ratio.toFixed(2)} of PyTorch (${goal})  ${mode} ${network}: ${ours.toFixed(0)} against ${peer.toFixed(0)} images/s (${peerLayout})\n`,
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
