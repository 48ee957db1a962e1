/** What `scan` and `train` share: their options, the checks before anything starts, and the run. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { readLabels } from '../engine/dataset/labels';
import { openSource } from '../engine/dataset/open-source';
import type { EngineApi, RunMode } from '../shared/contracts';
import { UserError } from '../shared/errors';
import type { ScanRequest } from '../shared/settings';
import type { ExitStatus } from './exit-status';
import { followRun, needsLabels } from './follow';
import { settingOptions, unavailableOptions } from './option-table';
import { optionText, readRequest } from './options';
import type { TypedOptions } from './options';
import type { Output } from './output';

export function addRunOptions(command: Command): Command {
  command
    .argument('<source>', 'a folder of images, an .npy, an .npz#array, or a .txt/.csv list of paths')
    .option('--out <RUN>', 'the run folder (.anomaly-review/<source>-<time> beside the source)')
    .option('--train-on <SRC>', 'train on other images than those scored (the source itself)')
    .option('--with-source <auto|yes|no>', 'whether the scored images join those of --train-on (auto)')
    .option('--known-anomalies <SRC>', 'images known to be bad: never trained on')
    .option('--labels <FILE>', 'evaluate when done: a label file, or `layout` for folder names');
  for (const { name, argument, help } of [...settingOptions, ...unavailableOptions]) {
    command.addOption(new Option(`--${name} <${argument}>`, help));
  }
  return command;
}

/** Starts a run and stays with it. Throws a UserError for a request that cannot work. */
export async function startRun(
  output: Output,
  source: string,
  options: TypedOptions,
  mode: RunMode,
): Promise<ExitStatus> {
  const typed = readRequest(source, options);
  const labels = optionText(options, 'labels');
  const { threshold } = typed.settings;
  const byLabels = needsLabels(threshold);
  if (byLabels && labels === undefined) {
    throw new UserError('settings-invalid', `--threshold ${threshold.method} needs --labels FILE to choose by.`);
  }
  // The engine knows no labels: it starts with the automatic threshold, the labelled one follows at the end.
  const request = byLabels ? withAutomaticThreshold(typed) : typed;
  if (labels !== undefined) await checkLabels(labels, request.source);
  return followRun(output, {
    begin: async (engine) => {
      await checkPreset(engine, request);
      return engine.start(request, mode);
    },
    labels,
    ...(byLabels ? { labelThreshold: threshold } : {}),
  });
}

/** A label file that cannot be read is better told before the training than after it. */
export async function checkLabels(labels: string, location: string): Promise<void> {
  const source = await openSource(location, new AbortController().signal);
  try {
    await readLabels(labels, source.paths);
  } finally {
    await source.close();
  }
}

async function checkPreset(engine: EngineApi, { settings }: ScanRequest): Promise<void> {
  if (settings.preset === 'auto' || settings.modelFile !== undefined) return;
  const names = (await engine.models()).map(({ name }) => name);
  if (names.includes(settings.preset)) return;
  throw new UserError(
    'settings-invalid',
    `--preset needs one of ${['auto', ...names].join(', ')}, not “${settings.preset}”.`,
  );
}

function withAutomaticThreshold(request: ScanRequest): ScanRequest {
  return { ...request, settings: { ...request.settings, threshold: { method: 'auto' } } };
}
