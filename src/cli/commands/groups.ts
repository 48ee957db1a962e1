import { resolve } from 'node:path';
import { formatCount } from '../../shared/format';
import { UserError } from '../../shared/errors';
import { flaggedIndexes } from '../../shared/flags';
import { judge } from '../../shared/judgement';
import { printable } from '../../shared/printable';
import { exitStatus } from '../exit-status';
import { startEngine } from '../start-engine';
import type { Verb } from '../verb';

const shownNames = 3;

export const groups: Verb = {
  name: 'groups',
  summary: 'the flagged images, those together that are odd in the same way',
  declare: (command) => {
    command.argument('<run>', 'a run with scores');
  },
  run: async ([run = ''], _options, output) => {
    const runFolder = resolve(run);
    const engine = await startEngine();
    const { paths, ...snapshot } = await engine.open(runFolder);
    const judgement = judge(snapshot);
    if (!judgement) {
      throw new UserError('run-invalid', `The run ${runFolder} has no scores yet. Let it go on first.`);
    }
    const flagged = flaggedIndexes(judgement.flags);
    const found = await engine.groups(runFolder, flagged);
    const pathsOf = (images: readonly number[]) => images.map((index) => paths[index] ?? String(index));
    if (found.length === 0) output.say('No readable image is flagged: there is nothing to group.');
    found.forEach(({ images, alike }, place) => {
      const count = `${formatCount(images.length)} ${images.length === 1 ? 'image' : 'images'}`;
      output.say(alike ? `Group ${place + 1}: ${count} alike` : `${count} like no other`);
      for (const path of pathsOf(images.slice(0, shownNames))) output.say(`  ${printable(path)}`);
      const rest = images.length - shownNames;
      if (rest > 0) output.say(`  … and ${formatCount(rest)} more`);
    });
    output.event('groups', {
      run: runFolder,
      flagged: judgement.flagged,
      groups: found.map(({ images, alike }) => ({ alike, images: pathsOf(images) })),
    });
    return exitStatus.done;
  },
};
