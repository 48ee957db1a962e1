/** Command lines to show to a person, ready to be copied back into the shell. */
import { basename, relative, resolve } from 'node:path';

/** How this program was started: `anomaly-review`, or `node dist/cli.js` in a checkout. */
export function programName(script = process.argv[1] ?? '', folder = process.cwd()): string {
  if (!/\.[cm]?js$/.test(script)) return basename(script) || 'anomaly-review';
  const near = relative(folder, script);
  return `node ${shellQuoted(near.startsWith('..') ? script : near)}`;
}

/** A whole command of this program, with paths as short as they can be. */
export function commandLine(verb: string, ...parts: readonly string[]): string {
  return [programName(), verb, ...parts.map(shellQuoted)].join(' ');
}

/** A path as a person would type it here. */
export function nearPath(path: string, folder = process.cwd()): string {
  const near = relative(folder, resolve(path));
  return near === '' ? '.' : near.startsWith('..') ? path : near;
}

/** Quotes what a shell would split or expand. */
export function shellQuoted(text: string): string {
  if (/^[\p{L}\p{N}_@%+=:,./\\-]+$/u.test(text)) return text;
  return process.platform === 'win32' ? `"${text.replaceAll('"', '\\"')}"` : `'${text.replaceAll("'", `'\\''`)}'`;
}
