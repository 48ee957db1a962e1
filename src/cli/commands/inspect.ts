import type { ArrayReport } from '../../shared/contracts';
import { commandLine } from '../command-line';
import { exitStatus } from '../exit-status';
import { absoluteSource } from '../options';
import { sourceHelp } from '../places-help';
import { suggestionLines } from '../source-layout';
import { startEngine } from '../start-engine';
import type { Verb } from '../verb';

export const inspect: Verb = {
  name: 'inspect',
  summary: 'what a folder or file holds, and what --layout auto would make of it',
  declare: (command) => command.argument('<source>', `${sourceHelp}; or an .npz with all its arrays`),
  run: async ([source = ''], _options, output) => {
    const engine = await startEngine();
    const report = await engine.inspectSource(absoluteSource(source));
    const lines = suggestionLines(report);
    output.say(
      [
        report.description,
        ...report.arrays.map(arrayLine),
        ...(lines.length > 1 ? ['Suggested:', ...lines, `  ${commandLine('scan', source, '--layout', 'auto')}`] : []),
      ].join('\n'),
    );
    output.event('inspected', report);
    return exitStatus.done;
  },
};

function arrayLine({ name, type, shape, meaning, problem }: ArrayReport): string {
  const title = name === '' ? '' : `${name}: `;
  return `  ${title}${type} ${shape.join('×')}${problem === undefined ? '' : `, not usable: ${problem}`}${meaning === undefined ? '' : ` (${meaning})`}`;
}
