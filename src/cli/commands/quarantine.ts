import { resolve } from 'node:path';
import { UserError } from '../../shared/errors';
import { formatCount } from '../../shared/format';
import { leftText, type LeftFile } from '../../shared/moves';
import { commandLine, nearPath } from '../command-line';
import { exitStatus } from '../exit-status';
import { optionText } from '../options';
import { startEngine } from '../start-engine';
import type { Verb } from '../verb';

const shownNames = 20;

export const quarantine: Verb = {
  name: 'quarantine',
  summary: 'move the flagged files away, keeping their folders; deletes and replaces nothing, and can be undone',
  declare: (command) => {
    command
      .argument('<run>', 'a run with scores')
      .requiredOption('--to <DIR>', 'where they go: a folder outside of the scanned one (made when missing)')
      .option('--dry-run', 'only say what would happen');
  },
  run: async ([run = ''], options, output) => {
    const to = optionText(options, 'to') ?? '';
    if (to === '') throw new UserError('settings-invalid', '--to needs a folder to move the flagged files to.');
    const dryRun = options['dryRun'] === true;
    const engine = await startEngine();
    const report = await engine.quarantine(resolve(run), resolve(to), dryRun);
    const { moved, movedBefore, left, journal, folder } = report;
    output.say(
      [
        `${dryRun ? 'Would move' : 'Moved'} ${files(moved)} to ${nearPath(folder)}`,
        ...(movedBefore > 0 ? [`${files(movedBefore)} moved before`] : []),
        ...leftLines(left),
        ...(journal === undefined ? [] : [`Undo: ${commandLine('undo', nearPath(journal))}`]),
      ].join('\n'),
    );
    output.event('quarantined', { run: resolve(run), dryRun, ...report });
    // Whoever relies on all of them being gone must see that they are not.
    return left.length > 0 ? exitStatus.broken : exitStatus.done;
  },
};

export function leftLines(left: readonly LeftFile[]): string[] {
  if (left.length === 0) return [];
  const rest = left.length - shownNames;
  return [
    `${files(left.length)} left where ${left.length === 1 ? 'it is' : 'they are'}:`,
    ...left.slice(0, shownNames).map((file) => `  ${leftText(file)}`),
    ...(rest > 0 ? [`  … and ${formatCount(rest)} more (--json names all)`] : []),
  ];
}

export function files(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'file' : 'files'}`;
}
