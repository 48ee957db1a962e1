/** What `scan` and `train` share: their options, the checks before anything starts, and the run. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { openJoined } from '../engine/dataset/joined-source';
import { readLabels } from '../engine/dataset/labels';
import type { EngineApi, RunMode } from '../shared/contracts';
import { UserError } from '../shared/errors';
import type { ScanRequest } from '../shared/settings';
import { addAreaOptions } from './areas';
import type { ExitStatus } from './exit-status';
import { followRun } from './follow';
import { optionText, readRequest, refuseIncomplete } from './options';
import type { TypedOptions } from './options';
import type { Output } from './output';
import { labelsHelp, sourceHelp } from './places-help';
import { addRepeatable } from './repeatable';
import { settingOptions } from './setting-options';
import { recognised } from './source-layout';
import { addTensorFlowPath, useTensorFlowPath } from './tensorflow-path';

type OutOption = readonly [flags: string, help: string];
const runFolderOption: OutOption = [
  '--out <RUN>',
  'the run folder (.anomaly-review/<source>-<time> beside the source)',
];

export function addRunOptions(command: Command, { out = runFolderOption } = {}): Command {
  command
    .argument('<source>', sourceHelp)
    .option(...out)
    .option(
      '--layout <auto|plain>',
      'auto: find images to train on, to score and known anomalies, and labels, in the source itself',
    )
    .option('--train-on <SRC>', 'train on other images than those scored (the source itself)')
    .option('--with-source <auto|yes|no>', 'whether the scored images join those of --train-on (auto)')
    .option('--known-anomalies <SRC>', 'images known to be bad: never trained on');
  addRepeatable(command, '--also <SRC>', 'more images to score, never trained on; can be repeated');
  command.option('--labels <FILE>', `measure against these: ${labelsHelp}`);
  for (const { name, argument, help } of settingOptions) command.addOption(new Option(`--${name} <${argument}>`, help));
  addAreaOptions(command);
  return addTensorFlowPath(command);
}

/** Starts a run and stays with it. Throws a UserError for a request that cannot work. */
export async function startRun(
  output: Output,
  source: string,
  options: TypedOptions,
  mode: RunMode,
): Promise<ExitStatus> {
  useTensorFlowPath(options);
  const request = await completeRequest(source, options, output);
  if (request.labels !== undefined) await checkLabels(request.labels, request);
  return followRun(output, {
    backend: request.settings.backend,
    begin: async (engine) => {
      await checkPreset(engine, request);
      return engine.start(request, mode);
    },
  });
}

/** What was typed, completed by the source's layout when that is wished. Throws a UserError for what cannot work. */
export async function completeRequest(source: string, options: TypedOptions, output: Output): Promise<ScanRequest> {
  const typed = readRequest(source, options);
  // What is incomplete may be found in the source's layout.
  if (optionText(options, 'layout') !== 'auto') refuseIncomplete(typed);
  const request = await recognised(typed, options, output);
  refuseIncomplete(request);
  return request;
}

/** Labels that cannot be read, or cannot give the threshold, are better told before the training than after it. */
export async function checkLabels(
  labels: string,
  request: Pick<ScanRequest, 'source' | 'scoreAlso' | 'settings'>,
): Promise<void> {
  const { method } = request.settings.threshold;
  const source = await openJoined(request, new AbortController().signal, { arrays: request.settings });
  try {
    const { labels: found } = await readLabels(labels, source.paths);
    const needsBoth = method === 'f1' || method === 'youden' || method === 'fpr';
    if ((needsBoth && !found.includes(0)) || ((needsBoth || method === 'tpr') && !found.includes(1))) {
      const missing = found.includes(1) ? 'normal' : 'odd';
      throw new UserError('labels-invalid', `--threshold ${method} needs labels of ${missing} images; there are none.`);
    }
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
