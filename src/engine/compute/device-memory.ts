/**
 * What was found out about devices, kept for the next run in the user's cache folder: which was fastest for a network
 * on this machine, what refused it, and whether a driver ended the process that tested it. Only a memory: a file that
 * is damaged, or cannot be written, costs a new measurement.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { type DeviceName, deviceNames } from '../../shared/settings';
import { isProcessAlive } from './process-alive';
import { userFolder } from './user-folders';

const byDevice = <T extends v.GenericSchema>(value: T) => v.record(v.picklist(deviceNames), value);

const foundSchema = v.object({
  /** What was measured, for people: "convolutional 3×64×64, training, batch 64". */
  title: v.string(),
  /** Milliseconds since 1970. */
  at: v.number(),
  /** Of one step, the CPU's among them. */
  milliseconds: byDevice(v.number()),
  /** Why a device is not used for this network. */
  refused: byDevice(v.string()),
});
export type Found = v.InferOutput<typeof foundSchema>;

const contentsSchema = v.object({
  version: v.literal(1),
  /** The process that tests a device right now, or ended while it did. */
  testing: byDevice(v.object({ processId: v.number(), at: v.number() })),
  found: v.record(v.string(), foundSchema),
});
type Contents = v.InferOutput<typeof contentsSchema>;

const nothing: Contents = { version: 1, testing: {}, found: {} };
/** Drivers and graphics cards change without telling. */
const longestMemoryMs = 30 * 24 * 3600 * 1000;
const mostFound = 200;

export function deviceMemoryFile(environment: NodeJS.ProcessEnv = process.env): string {
  return path.join(userFolder('cache', environment), 'anomaly-review', 'devices.json');
}

/** @param parts what makes a measurement another one: network, batch, versions */
export function memoryKey(parts: unknown): string {
  const machine = [os.hostname(), process.platform, process.arch, os.cpus()[0]?.model ?? '', os.cpus().length];
  return createHash('sha256')
    .update(JSON.stringify([machine, parts]))
    .digest('hex')
    .slice(0, 24);
}

export class DeviceMemory {
  /** Beside the file, for a folder that cannot be written. */
  #own: Contents = nothing;

  constructor(
    readonly file = deviceMemoryFile(),
    private readonly now: () => number = Date.now,
  ) {}

  find(key: string): Found | undefined {
    return this.#read().found[key];
  }

  /** Newest first. */
  all(): Found[] {
    return Object.values(this.#read().found).sort((a, b) => b.at - a.at);
  }

  remember(key: string, title: string, news: Partial<Pick<Found, 'milliseconds' | 'refused'>>): void {
    this.#change((contents) => {
      const known = contents.found[key];
      const entry: Found = {
        title,
        at: this.now(),
        milliseconds: { ...known?.milliseconds, ...news.milliseconds },
        refused: { ...known?.refused, ...news.refused },
      };
      const newest = Object.entries({ ...contents.found, [key]: entry }).sort(([, a], [, b]) => b.at - a.at);
      return { ...contents, found: Object.fromEntries(newest.slice(0, mostFound)) };
    });
  }

  /** Runs `test` so that the next process knows of it if the driver ends this one. */
  async whileTesting<T>(device: DeviceName, test: () => Promise<T>): Promise<T> {
    const mark = { processId: process.pid, at: this.now() };
    this.#change((contents) => ({ ...contents, testing: { ...contents.testing, [device]: mark } }));
    try {
      return await test();
    } finally {
      this.#change((contents) => {
        const rest = Object.entries(contents.testing).filter(([name]) => name !== device);
        return { ...contents, testing: Object.fromEntries(rest) };
      });
    }
  }

  /** When a process ended while it tested the device, in milliseconds since 1970; undefined where none did. */
  endedWhileTesting(device: DeviceName): number | undefined {
    const mark = this.#read().testing[device];
    return mark === undefined || isProcessAlive(mark.processId) ? undefined : mark.at;
  }

  /** @returns whether there was anything to forget */
  forget(): boolean {
    const contents = this.#read();
    this.#own = nothing;
    remove(this.file);
    return Object.keys(contents.found).length + Object.keys(contents.testing).length > 0;
  }

  #read(): Contents {
    const oldest = this.now() - longestMemoryMs;
    const isFresh = ([, { at }]: [string, { at: number }]) => at >= oldest;
    const { testing, found } = this.#readFile() ?? this.#own;
    return {
      version: 1,
      testing: Object.fromEntries(Object.entries(testing).filter(isFresh)),
      found: Object.fromEntries(Object.entries(found).filter(isFresh)),
    };
  }

  #readFile(): Contents | undefined {
    let text: string;
    try {
      text = readFileSync(this.file, 'utf8');
    } catch {
      return undefined; // nothing was kept yet, or nothing can be
    }
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), contentsSchema), text);
    return parsed.success ? parsed.output : undefined;
  }

  #change(change: (contents: Contents) => Contents): void {
    this.#own = change(this.#read());
    const temporary = `${this.file}.${process.pid}.tmp`;
    try {
      mkdirSync(path.dirname(this.file), { recursive: true });
      writeFileSync(temporary, `${JSON.stringify(this.#own, undefined, 1)}\n`);
      renameSync(temporary, this.file);
    } catch {
      // Then it is remembered for as long as this process lives.
      remove(temporary);
    }
  }
}

/** What cannot be removed could not be written either. */
function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // As said above.
  }
}
