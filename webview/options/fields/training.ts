/** How the network is trained. */
import * as l10n from '@vscode/l10n';
import { automaticWord, choice, text, type SettingField } from './field';

export function trainingFields(): SettingField[] {
  return [...lossFields(), ...optimizerFields(), ...scheduleFields(), ...stoppingFields()];
}

function lossFields(): SettingField[] {
  return [
    text('batchSize', l10n.t('Batch size'), { help: l10n.t('Images in a step') }),
    text('learningRate', l10n.t('Learning rate'), { help: l10n.t('The highest of the schedule') }),
    choice('loss', l10n.t('Loss'), [
      { value: 'mse', label: l10n.t('Squared error') },
      { value: 'l1', label: l10n.t('Absolute error') },
      { value: 'bce', label: l10n.t('Binary cross-entropy') },
      { value: 'focal', label: l10n.t('Focal') },
      { value: 'ssim', label: l10n.t('Structural similarity') },
    ]),
    text('focal.alpha', l10n.t('Focal alpha'), { empty: '2', help: l10n.t('Factor of the loss') }),
    text('focal.gamma', l10n.t('Focal gamma'), { empty: '0.25', help: l10n.t('How much less easy pixels count') }),
    text('focal.threshold', l10n.t('Focal threshold'), { empty: '0', help: l10n.t('Above it a pixel is bright') }),
    text('beta', l10n.t('Beta'), { empty: '1', help: l10n.t('Weight of the divergence, for variational networks') }),
    choice('pretext', l10n.t('Pretext tasks'), [
      { value: 'auto', label: automaticWord(), description: l10n.t('Both, for the network that adapts to the images') },
      { value: 'none', label: l10n.t('None'), description: l10n.t('Images are only given back') },
      {
        value: 'rotation',
        label: l10n.t('Rotation'),
        description: l10n.t('The encoder also tells how an image was turned'),
      },
      {
        value: 'cut-paste',
        label: l10n.t('Pasted piece'),
        description: l10n.t('The encoder also tells whether a piece of an image was pasted in'),
      },
      { value: 'both', label: l10n.t('Both') },
    ]),
  ];
}

function optimizerFields(): SettingField[] {
  return [
    choice(
      'optimizer',
      l10n.t('Optimizer'),
      [
        { value: 'adamw', label: 'AdamW' },
        { value: 'adam', label: 'Adam' },
        { value: 'sgd', label: 'SGD' },
        { value: 'rmsprop', label: 'RMSprop' },
      ],
      { place: 'first' },
    ),
    text('weightDecay', l10n.t('Weight decay'), { empty: '0.0001' }),
    text('momentum', l10n.t('Momentum'), { empty: automaticWord() }),
    text('gradientClip', l10n.t('Gradient clip'), {
      empty: l10n.t('none'),
      help: l10n.t('Longer gradients are shortened to this'),
    }),
  ];
}

function scheduleFields(): SettingField[] {
  return [
    choice(
      'schedule',
      l10n.t('Schedule'),
      [
        { value: 'one-cycle', label: l10n.t('One cycle'), description: l10n.t('Up, then down to almost nothing') },
        { value: 'constant', label: l10n.t('Constant') },
        { value: 'exponential', label: l10n.t('Exponential'), description: l10n.t('Less by a factor each epoch') },
        { value: 'step', label: l10n.t('Steps'), description: l10n.t('A drop every few epochs') },
        { value: 'cosine', label: l10n.t('Cosine') },
        { value: 'plateau', label: l10n.t('Plateau'), description: l10n.t('A drop when the loss no longer falls') },
      ],
      { place: 'first' },
    ),
    text('scheduleFactor', l10n.t('Factor'), {
      empty: automaticWord(),
      help: l10n.t('What a drop multiplies the rate by'),
    }),
    text('scheduleEvery', l10n.t('Epochs to a drop'), { empty: automaticWord() }),
    text('warmUpEpochs', l10n.t('Warm-up'), { empty: '0', help: l10n.t('Epochs in which the rate climbs') }),
  ];
}

function stoppingFields(): SettingField[] {
  return [
    text('patience', l10n.t('Patience'), {
      place: 'first',
      help: l10n.t('Epochs without a better loss, then it stops'),
    }),
    text('validationFraction', l10n.t('Validation share'), { help: l10n.t('Held out to watch the loss, 0 to 0.9') }),
    text('trimFraction', l10n.t('Trimmed share'), { help: l10n.t('The worst of each batch, not learnt') }),
    text('seed', l10n.t('Seed'), { help: l10n.t('The same seed gives the same result') }),
  ];
}
