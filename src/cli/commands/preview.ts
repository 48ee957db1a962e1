import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../../shared/errors';
import { nearPath } from '../command-line';
import { exitStatus } from '../exit-status';
import { optionText } from '../options';
import { previewSheet } from '../preview-sheet';
import { startEngine } from '../start-engine';
import { addRunOptions, completeRequest } from '../start-run';
import type { Verb } from '../verb';

const samples = 12;

export const preview: Verb = {
  name: 'preview',
  summary: `a picture of ${samples} training images: plain, augmented, and as the network sees them`,
  declare: (command) => addRunOptions(command, { out: ['--out <PNG>', 'the picture to write'] }),
  run: async ([source = ''], options, output) => {
    const out = optionText(options, 'out') ?? '';
    if (out === '') throw new UserError('settings-invalid', '--out needs the name of a PNG file.');
    const request = await completeRequest(source, options, output);
    const engine = await startEngine();
    const shown = await engine.previewTraining(request, samples);
    const file = resolve(out);
    await writeFile(file, await previewSheet(shown));
    output.say(`${shown.length} training images, from top to bottom plain, augmented, as seen: ${nearPath(file)}`);
    output.event('preview', { file, images: shown.length });
    return exitStatus.done;
  },
};
