import { writeAtomically } from '../../engine/runs/atomic';
import { nearPath } from '../command-line';
import { exitStatus } from '../exit-status';
import { pictureFile } from '../options';
import { previewSheet } from '../preview-sheet';
import { startEngine } from '../start-engine';
import { addRunOptions, completeRequest } from '../start-run';
import type { Verb } from '../verb';

const samples = 12;

export const preview: Verb = {
  name: 'preview',
  summary: `a picture of ${samples} training images: plain, augmented, and as the network sees them`,
  declare: (command) =>
    addRunOptions(command, { out: ['--out <PNG>', 'the picture to write (an older one is replaced)'] }),
  run: async ([source = ''], options, output) => {
    const file = pictureFile(options);
    const request = await completeRequest(source, options, output);
    const engine = await startEngine();
    const shown = await engine.previewTraining(request, samples);
    await writeAtomically(file, await previewSheet(shown));
    output.say(`${shown.length} training images, from top to bottom plain, augmented, as seen: ${nearPath(file)}`);
    output.event('preview', { file, images: shown.length });
    return exitStatus.done;
  },
};
