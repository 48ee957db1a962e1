/** The commands of docs/systems.md, which the tests here run as they stand. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { cliJson, type CliEvent } from '../engine/cli-process';

const text = readFileSync(resolve(import.meta.dirname, '../../docs/systems.md'), 'utf8');

/** Every line of a shell block that starts this program, without the program's name. */
export const documentedCommands: readonly string[] = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(
  ([, block = '']) =>
    block
      .split('\n')
      .filter((line) => line.startsWith('anomaly-review '))
      .map((line) => line.slice('anomaly-review '.length)),
);

const used = new Set<string>();

/** Commands that no test has run yet. */
export function unusedCommands(): string[] {
  return documentedCommands.filter((command) => !used.has(command));
}

/** Ten times fewer epochs than anyone would train, on the processor that every machine has. */
const quick: readonly (readonly [option: string, value: string])[] = [
  ['--epochs', '1'],
  ['--device', 'cpu'],
  ['--batch', '8'],
];

/**
 * Runs the documented command that begins with `start` in `folder`; scans are cut short.
 * @param more options in place of the usual ones, or added to them
 */
export async function documented(start: string, folder: string, more: Readonly<Record<string, string>> = {}) {
  const exact = documentedCommands.filter((line) => line === start);
  const alike = documentedCommands.filter((line) => line.startsWith(`${start} `));
  const [command, ...others] = exact.length > 0 ? exact : alike;
  if (command === undefined || others.length > 0) {
    throw new Error(
      `${others.length + (command === undefined ? 0 : 1)} commands of docs/systems.md begin with “${start}”.`,
    );
  }
  used.add(command);
  const words = wordsOf(command);
  const options = words[0] === 'scan' ? new Map([...quick, ...Object.entries(more)]) : new Map<string, string>();
  for (const [option, value] of options) {
    const place = words.indexOf(option);
    if (place >= 0) words[place + 1] = value;
    else words.push(option, value);
  }
  const result = await cliJson(words, folder);
  if (result.status !== 0) throw new Error(`${command}\n${result.stderr}`);
  return {
    ...result,
    done: result.last,
    named: (event: string): CliEvent[] => result.events.filter((each) => each['event'] === event),
  };
}

/** As a shell would split it; quotation marks are the only ones that the commands need. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}
