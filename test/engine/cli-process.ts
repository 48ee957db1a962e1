/** The built command line as a child process, the way a script uses it. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(import.meta.dirname, '../..');
const program = resolve(root, 'dist/cli.js');

export type CliEvent = Readonly<Record<string, unknown>>;

export interface CliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Bundles what changed since the last time. */
export function buildCommandLine(): void {
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'pipe' });
}

/** Runs to the end. */
export async function cli(args: readonly string[], cwd?: string): Promise<CliResult> {
  return startCli(args, cwd).ended;
}

/** Runs to the end with `--json`; answers with the lines. */
export async function cliJson(
  args: readonly string[],
  cwd?: string,
): Promise<CliResult & { events: CliEvent[]; last: CliEvent }> {
  const result = await cli([...args, '--json'], cwd);
  const events = result.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map(parseEvent);
  return { ...result, events, last: events.at(-1) ?? {} };
}

export interface RunningCli {
  readonly pid: number;
  /** Resolves at the first line on stdout for which `found` is true. */
  until(found: (event: CliEvent) => boolean): Promise<CliEvent>;
  signal(name: NodeJS.Signals): void;
  /** As `| head` does when it has enough. */
  closeReader(): void;
  readonly ended: Promise<CliResult>;
}

export function startCli(args: readonly string[], cwd = root): RunningCli {
  const child = spawn(process.execPath, [program, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const seen: CliEvent[] = [];
  const watchers = new Set<() => void>();
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{"event"')) seen.push(parseEvent(line));
    for (const watcher of watchers) watcher();
  });
  const ended = once(child, 'close').then((): CliResult => ({ status: child.exitCode, stdout, stderr }));
  return {
    pid: child.pid ?? 0,
    until: (found) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const event = seen.find(found);
          if (event === undefined) return;
          watchers.delete(look);
          resolve(event);
        };
        watchers.add(look);
        look();
        void ended.then((result) => reject(new Error(`Ended before it happened: ${JSON.stringify(result)}`)));
      }),
    signal: (name) => child.kill(name),
    closeReader: () => child.stdout.destroy(),
    ended,
  };
}

function parseEvent(line: string): CliEvent {
  const value: unknown = JSON.parse(line);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
