import { resolve } from 'node:path';
import { Option } from 'commander';
import { RunFolder } from '../../engine/runs/run-folder';
import type { ComputeWish } from '../../shared/contracts';
import { followRun } from '../follow';
import { absoluteLabels, optionText, readSettings, type TypedOptions } from '../options';
import { labelsHelp } from '../places-help';
import { settingOptions } from '../setting-options';
import { addTensorFlowPath, useTensorFlowPath } from '../tensorflow-path';
import type { Verb } from '../verb';

const changeable = ['backend', 'device'] as const;

export const resume: Verb = {
  name: 'resume',
  summary: 'go on after a stop, with another backend or device if wished',
  declare: (command) => {
    command
      .argument('<run>', 'a run that was stopped or interrupted')
      .option('--labels <FILE>', `evaluate when done: ${labelsHelp}`);
    for (const { name, argument, help } of settingOptions) {
      if (changeable.some((one) => one === name)) command.addOption(new Option(`--${name} <${argument}>`, help));
    }
    addTensorFlowPath(command);
  },
  run: async ([run = ''], options, output) => {
    const runFolder = resolve(run);
    const labels = optionText(options, 'labels');
    useTensorFlowPath(options);
    const wish = computeWish(options);
    return followRun(output, {
      backend: wish.backend ?? (await backendOf(runFolder)),
      begin: async (engine) => {
        await engine.resume(runFolder, wish);
        return { runFolder };
      },
      labels: labels === undefined ? undefined : absoluteLabels(labels),
    });
  },
};

/** Only what was asked for; another backend has devices of its own. */
function computeWish(options: TypedOptions): ComputeWish {
  const { backend, device } = readSettings(options);
  if (optionText(options, 'backend') !== undefined) return { backend, device };
  return optionText(options, 'device') === undefined ? {} : { device };
}

async function backendOf(runFolder: string): Promise<string> {
  const { record } = await RunFolder.open(runFolder);
  return record.backend ?? record.request.settings.backend;
}
