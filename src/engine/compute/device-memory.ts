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
import { inTurnAt } from './turn-file';
import { userFolder } from './user-folders';

const byDevice = <T extends v.GenericSchema>(value: T) => v.record(v.picklist(deviceNames), value);

const foundSchema = v.object({
  /** What was measured, for people: "convolutional 3×64×64, training, batch 64". */
  title: v.string(),
  /** Milliseconds since 1970. */
  at: v.number(),
  /** Of one step, the CPU's among them. */
  milliseconds: byDevice(v.number()),
  /** Why a device is not used for this network, and until when, in milliseconds since 1970. */
  refused: byDevice(v.object({ reason: v.string(), until: v.number() })),
});
export type Found = v.InferOutput<typeof foundSchema>;

const contentsSchema = v.object({
  version: v.literal(2),
  /** Processes that test a device right now, or ended while they did. */
  testing: v.array(v.object({ device: v.picklist(deviceNames), processId: v.number(), at: v.number() })),
  found: v.record(v.string(), foundSchema),
});
type Contents = v.InferOutput<typeof contentsSchema>;

const nothing: Contents = { version: 2, testing: [], found: {} };
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

  /** A device that was measured is no longer refused. */
  measured(key: string, title: string, milliseconds: Found['milliseconds']): void {
    this.#add(key, title, (known) => ({
      milliseconds: { ...known?.milliseconds, ...milliseconds },
      refused: Object.fromEntries(Object.entries(known?.refused ?? {}).filter(([device]) => !(device in milliseconds))),
    }));
  }

  /** @param forMs how long it is to be believed */
  refuse(key: string, title: string, device: DeviceName, reason: string, forMs: number): void {
    const refusal = { reason, until: this.now() + forMs };
    this.#add(key, title, (known) => ({
      milliseconds: known?.milliseconds ?? {},
      refused: { ...known?.refused, [device]: refusal },
    }));
  }

  #add(
    key: string,
    title: string,
    change: (known: Found | undefined) => Pick<Found, 'milliseconds' | 'refused'>,
  ): void {
    this.#change((contents) => {
      const entry: Found = { title, at: this.now(), ...change(contents.found[key]) };
      const newest = Object.entries({ ...contents.found, [key]: entry }).sort(([, a], [, b]) => b.at - a.at);
      return { ...contents, found: Object.fromEntries(newest.slice(0, mostFound)) };
    });
  }

  /** Runs `test` so that the next process knows of it if the driver ends this one. */
  async whileTesting<T>(device: DeviceName, test: () => Promise<T>): Promise<T> {
    const mark = { device, processId: process.pid, at: this.now() };
    // What another process left behind is settled when this test ends; until then both are reasons to be careful.
    const isSettled = (one: typeof mark) =>
      one.device === device && (one.processId === process.pid || !isProcessAlive(one.processId));
    const settle = () => {
      this.#change((contents) => ({ ...contents, testing: contents.testing.filter((one) => !isSettled(one)) }));
    };
    this.#change((contents) => ({ ...contents, testing: [...contents.testing, mark] }));
    // Whoever ends the process on purpose meanwhile is not the driver, which leaves no time for this.
    process.once('exit', settle);
    try {
      return await test();
    } finally {
      process.off('exit', settle);
      settle();
    }
  }

  /** When a process last ended while it tested the device, in milliseconds since 1970; undefined where none did. */
  endedWhileTesting(device: DeviceName): number | undefined {
    const ended = this.#read().testing.filter((mark) => mark.device === device && !isProcessAlive(mark.processId));
    return ended.length === 0 ? undefined : Math.max(...ended.map(({ at }) => at));
  }

  /** @returns whether there was anything to forget */
  forget(): boolean {
    const contents = this.#read();
    this.#own = nothing;
    remove(this.file);
    return Object.keys(contents.found).length + contents.testing.length > 0;
  }

  #read(): Contents {
    const now = this.now();
    const { version, testing, found } = this.#readFile() ?? this.#own;
    const isFresh = ({ at }: { at: number }) => at >= now - longestMemoryMs;
    const current = Object.entries(found)
      .filter(([, entry]) => isFresh(entry))
      .map(([key, entry]) => {
        const refused = Object.entries(entry.refused).filter(([, { until }]) => until > now);
        return [key, { ...entry, refused: Object.fromEntries(refused) }] as const;
      });
    return { version, testing: testing.filter(isFresh), found: Object.fromEntries(current) };
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

  /** Two runs that begin together must not lose what the other one found. */
  #change(change: (contents: Contents) => Contents): void {
    const temporary = `${this.file}.${process.pid}.tmp`;
    try {
      mkdirSync(path.dirname(this.file), { recursive: true });
      inTurnAt(this.file, () => {
        this.#own = change(this.#read());
        writeFileSync(temporary, `${JSON.stringify(this.#own, undefined, 1)}\n`);
        renameSync(temporary, this.file);
      });
    } catch {
      // Then it is remembered for as long as this process lives.
      this.#own = change(this.#read());
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
