import { resolve } from 'node:path';
import { nearPath } from '../command-line';
import { exitStatus } from '../exit-status';
import { findImage } from '../find-image';
import { readLatentEdit } from '../latent-edits';
import { optionText, optionTexts, pictureFile } from '../options';
import { startEngine } from '../start-engine';
import { addRepeatable } from '../repeatable';
import type { Verb } from '../verb';
import { printable } from '../../shared/printable';

export const latent: Verb = {
  name: 'latent',
  summary: 'change elements of an image’s code; a picture of original, reconstruction and edited reconstruction',
  declare: (command) => {
    command
      .argument('<run>', 'a run that was trained')
      .requiredOption('--image <I>', 'an image: its path, or its number in the data set, from 0');
    addRepeatable(command, '--set <J=*X|J=+X|J=X>', 'multiply, add to or set element J, from 1; can be repeated');
    command.requiredOption('--out <PNG>', 'the picture to write (an older one is replaced)');
  },
  run: async ([run = ''], options, output) => {
    const edits = optionTexts(options, 'set').map(readLatentEdit);
    const out = pictureFile(options);
    const runFolder = resolve(run);
    const engine = await startEngine();
    const { paths, record } = await engine.open(runFolder);
    const index = findImage(optionText(options, 'image') ?? '', paths, record.request.source);
    const { before, after, lowest, highest } = await engine.latentEdit(runFolder, index, edits);
    const { file } = await engine.saveLatentPicture(runFolder, index, edits, out, true);
    const shown = [...new Set(edits.map(({ element }) => element))].sort((a, b) => a - b);
    output.say(
      [
        `${printable(paths[index] ?? '')}: a code of ${before.length} ${before.length === 1 ? 'element' : 'elements'}`,
        ...shown.map((element) => {
          const at = (values: readonly number[]) => (values[element - 1] ?? NaN).toPrecision(4);
          return `  element ${element}: ${at(before)} → ${at(after)} (the images have ${at(lowest)} to ${at(highest)})`;
        }),
        `Original, reconstruction and edited reconstruction: ${nearPath(file)}`,
      ].join('\n'),
    );
    output.event('latent', { run: runFolder, image: paths[index], index, edits, before, after, file });
    return exitStatus.done;
  },
};
