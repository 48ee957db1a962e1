import { symlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { trainedOnItself } from '../../../src/engine/pipeline/own-training-images';
import { defaultSettings, type ScanRequest } from '../../../src/shared/settings';
import { scratchFolder } from '../../fixtures/scratch-folder';

const scratch = scratchFolder();
const request = (source: string, trainOn?: string): ScanRequest => ({
  source,
  withSource: 'no',
  settings: defaultSettings,
  ...(trainOn !== undefined && { trainOn }),
});

it('images to train on that are the scored ones, by whatever path, are no others, which is said', async () => {
  const folder = scratch.path('images');
  scratch.write('images/1.png', '');
  symlinkSync(folder, scratch.path('the same'));
  for (const trainOn of [folder, scratch.path('the same'), `${folder}/../images`]) {
    const { request: meant, note } = await trainedOnItself(request(folder, trainOn));
    expect(meant).toEqual({ source: folder, withSource: 'auto', settings: defaultSettings });
    expect(note).toContain('are those to score');
  }
});

it('other images, and other arrays of one file, stay what is trained on', async () => {
  const arrays = scratch.write('digits.npz', '');
  for (const trainOn of [`${arrays}#x_train`, scratch.path('elsewhere'), undefined]) {
    const wished = request(`${arrays}#x_test`, trainOn);
    expect(await trainedOnItself(wished)).toEqual({ request: wished });
  }
});
