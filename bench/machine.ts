/** What a figure was measured on. */
import os from 'node:os';

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
