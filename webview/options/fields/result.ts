/** What becomes of the scores, and where all of it is computed. */
import * as l10n from '@vscode/l10n';
import { scoreColumns, scoreExplanation, scoreTitle } from '../../../src/shared/score-names';
import { deviceNames } from '../../../src/shared/settings';
import { thresholdMethodTable } from '../../../src/shared/threshold-methods';
import { automaticWord, choice, text, type SettingField } from './field';

export function scoringFields(): SettingField[] {
  const scores = scoreColumns.map((value) => ({
    value,
    label: scoreTitle(value),
    description: scoreExplanation(value),
  }));
  const methods = thresholdMethodTable().map(({ method, title, assumes }) => ({
    value: method,
    label: title,
    description: assumes,
  }));
  return [
    choice('score', l10n.t('Score'), [{ value: 'auto', label: automaticWord() }, ...scores]),
    choice('threshold.method', l10n.t('Threshold'), methods),
    text('threshold.parameter', l10n.t('Parameter'), { empty: l10n.t('usual') }),
    choice('epochScores', l10n.t('Rank after epochs'), [
      { value: '', label: automaticWord(), description: l10n.t('As often as it costs little') },
      { value: 'all', label: l10n.t('Every epoch') },
      { value: 'off', label: l10n.t('Never') },
    ]),
    choice('keepEpoch', l10n.t('Epoch that is kept'), [
      { value: '', label: l10n.t('Lowest loss') },
      { value: 'separation', label: l10n.t('Best separation'), description: l10n.t('Whose tail stands out most') },
    ]),
    choice('unreadable', l10n.t('Unreadable images'), [
      { value: 'flag', label: l10n.t('are flagged') },
      { value: 'keep', label: l10n.t('are not flagged') },
    ]),
  ];
}

export function machineFields(): SettingField[] {
  const names: Readonly<Record<string, string>> = {
    cpu: l10n.t('Processor'),
    webgpu: 'WebGPU',
    dml: 'DirectML',
    coreml: 'Core ML',
    cuda: 'CUDA',
  };
  return [
    choice('backend', l10n.t('Library'), [
      { value: 'auto', label: automaticWord() },
      { value: 'onnx', label: 'ONNX Runtime' },
      { value: 'tensorflow', label: 'TensorFlow' },
    ]),
    choice('device', l10n.t('Device'), [
      { value: 'auto', label: automaticWord() },
      ...deviceNames.map((value) => ({ value, label: names[value] ?? value })),
    ]),
    text('threads', l10n.t('Threads'), { empty: l10n.t('all cores') }),
  ];
}
