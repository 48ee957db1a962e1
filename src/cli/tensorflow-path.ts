/** Where TensorFlow lies for one command, in place of where it was installed. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { folderVariable } from '../engine/compute/install/place';
import { UserError } from '../shared/errors';
import { optionText, type TypedOptions } from './options';

export function addTensorFlowPath(command: Command): Command {
  return command.option(
    '--tensorflow-path <DIR>',
    `a folder with a prepared TensorFlow (${folderVariable}, else what backend install made)`,
  );
}

/** For this process and those it starts. Throws `settings-invalid` for an empty name. */
export function useTensorFlowPath(options: TypedOptions): void {
  const folder = optionText(options, 'tensorflowPath');
  if (folder === undefined) return;
  if (folder.trim() === '') throw new UserError('settings-invalid', '--tensorflow-path needs a folder.');
  process.env[folderVariable] = resolve(folder);
}
