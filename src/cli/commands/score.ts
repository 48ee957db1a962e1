/** Applies a trained run to other images. What the network sees stays as it was in training. */
import { resolve } from 'node:path';
import { Option } from 'commander';
import { UserError } from '../../shared/errors';
import type { ScanRequest } from '../../shared/settings';
import { followRun, needsLabels } from '../follow';
import { settingOptions } from '../option-table';
import { absoluteSource, optionText, readSettings } from '../options';
import { checkLabels } from '../start-run';
import type { Verb } from '../verb';

const changeable = new Set(['score', 'threshold', 'unreadable', 'batch', 'backend', 'device', 'threads']);

export const score: Verb = {
  name: 'score',
  summary: 'apply a trained run to other images: makes a run',
  declare: (command) => {
    command
      .argument('<run>', 'a run that was trained')
      .argument('<source>', 'the images to score')
      .option('--out <RUN>', 'the new run folder (.anomaly-review/<source>-<time> beside the source)')
      .option('--labels <FILE>', 'evaluate when done: a label file, or `layout` for folder names');
    for (const { name, argument, help } of settingOptions) {
      if (changeable.has(name)) command.addOption(new Option(`--${name} <${argument}>`, help));
    }
  },
  run: async ([run = '', source = ''], options, output) => {
    const model = resolve(run);
    const location = absoluteSource(source);
    const labels = optionText(options, 'labels');
    const out = optionText(options, 'out');
    const labelThreshold = thresholdByLabels(readSettings(options).threshold, labels);
    if (labels !== undefined) await checkLabels(labels, location);
    return followRun(output, {
      begin: async (engine) => {
        const trained = (await engine.open(model)).record.request.settings;
        const settings = readSettings(options, trained);
        const request: ScanRequest = {
          source: location,
          withSource: 'auto',
          model,
          ...(out === undefined ? {} : { out: resolve(out) }),
          settings: labelThreshold ? { ...settings, threshold: { method: 'auto' } } : settings,
        };
        return engine.start(request, 'score');
      },
      labels,
      ...(labelThreshold ? { labelThreshold } : {}),
    });
  },
};

function thresholdByLabels(
  threshold: ScanRequest['settings']['threshold'],
  labels: string | undefined,
): ScanRequest['settings']['threshold'] | undefined {
  if (!needsLabels(threshold)) return undefined;
  if (labels !== undefined) return threshold;
  throw new UserError('settings-invalid', `--threshold ${threshold.method} needs --labels FILE to choose by.`);
}
