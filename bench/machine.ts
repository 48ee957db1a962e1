/** What a figure was measured on. */
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly platform: string;
  readonly node: string;
  readonly measuredAt: string;
}

export function describeMachine(): Machine {
  return {
    processor: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    platform: `${process.platform}-${process.arch} ${os.release()}`,
    node: process.versions.node,
    measuredAt: new Date().toISOString(),
  };
}

/** Where the results of this kind of machine lie, in a folder that is there. @param root of the repository */
export function resultFile(bench: string, { cores }: Machine, root = ''): string {
  const folder = path.join(root, 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  return path.join(folder, `${bench}-${process.platform}-${process.arch}-${cores}cores.json`);
}
