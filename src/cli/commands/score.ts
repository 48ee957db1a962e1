/** Applies a trained run to other images. What the network sees stays as it was in training. */
import { resolve } from 'node:path';
import { Option } from 'commander';
import * as v from 'valibot';
import { RunFolder } from '../../engine/runs/run-folder';
import { UserError } from '../../shared/errors';
import { shardSchema, type ScanRequest, type ScanSettings, type Shard } from '../../shared/settings';
import { thresholdNeeds } from '../../shared/threshold-methods';
import { addOtherAreaOptions } from '../areas';
import { followRun } from '../follow';
import { settingOptions } from '../setting-options';
import { absoluteLabels, absoluteSource, optionText, optionTexts, readSettings, refuseUnlabelled } from '../options';
import type { TypedOptions } from '../options';
import { labelsHelp, sourceHelp } from '../places-help';
import { addRepeatable } from '../repeatable';
import { checkLabels } from '../start-run';
import { addTensorFlowPath, useTensorFlowPath } from '../tensorflow-path';
import type { Verb } from '../verb';

const changeable = new Set(['score', 'threshold', 'unreadable', 'batch', 'backend', 'device', 'threads']);

export const score: Verb = {
  name: 'score',
  summary: 'apply a trained run to other images: makes a run',
  declare: (command) => {
    command
      .argument('<run>', 'a run that was trained')
      .argument('<source>', `the images to score: ${sourceHelp}`)
      .option('--out <RUN>', 'the new run folder (.anomaly-review/<source>-<time> beside the source)')
      .option('--labels <FILE>', `evaluate when done: ${labelsHelp}`)
      .option('--shard <i/n>', 'only part i of n equal parts of the images, to be joined by merge');
    addRepeatable(command, '--also <SRC>', 'more images to score, named by their folder');
    for (const { name, argument, help } of settingOptions) {
      if (changeable.has(name)) command.addOption(new Option(`--${name} <${argument}>`, help));
    }
    addOtherAreaOptions(command);
    addTensorFlowPath(command);
  },
  run: async ([run = '', source = ''], options, output) => {
    useTensorFlowPath(options);
    const model = resolve(run);
    const location = absoluteSource(source);
    const also = optionTexts(options, 'also').map((text) => absoluteSource(text, '--also'));
    const spec = optionText(options, 'labels');
    const labels = spec === undefined ? undefined : absoluteLabels(spec);
    const out = optionText(options, 'out');
    const shard = readShard(options);
    const settings = readSettings(options);
    refuseUnlabelled(settings.threshold, labels);
    if (labels !== undefined) await checkLabels(labels, { source: location, scoreAlso: also, settings });
    const trained = (await RunFolder.open(model)).record.request.settings;
    const request: ScanRequest = {
      source: location,
      withSource: 'auto',
      model,
      ...(also.length > 0 && { scoreAlso: also }),
      ...(labels !== undefined && { labels }),
      ...(out !== undefined && { out: resolve(out) }),
      ...(shard && { shard }),
      settings: scoringSettings(options, trained, labels),
    };
    return followRun(output, {
      backend: request.settings.backend,
      begin: (engine) => engine.start(request, 'score'),
    });
  },
};

function readShard(options: TypedOptions): Shard | undefined {
  const text = optionText(options, 'shard');
  if (text === undefined) return undefined;
  const [, index = '', of = ''] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const parsed = v.safeParse(shardSchema, { index: Number(index), of: Number(of) });
  if (index !== '' && parsed.success) return parsed.output;
  throw new UserError('settings-invalid', `--shard needs i/n with i from 1 to n, such as 1/4, not “${text}”.`);
}

/** The trained run's settings; a threshold by labels or known anomalies does not carry over to images without them. */
function scoringSettings(options: TypedOptions, trained: ScanSettings, labels: string | undefined): ScanSettings {
  const settings = readSettings(options, trained);
  const { method } = settings.threshold;
  if (options['threshold'] !== undefined || method === 'value') return settings;
  const needs = thresholdNeeds(method);
  return needs === 'known' || (needs === 'labels' && labels === undefined)
    ? { ...settings, threshold: { method: 'auto' } }
    : settings;
}
