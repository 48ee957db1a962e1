/** Settings that mean nothing beside the others: said, not swallowed. */
import type { ScanSettings } from '../../shared/settings';

const droppingSchedules = ['step', 'plateau'];
const optimizersWithMomentum = ['sgd', 'rmsprop'];

/** A sentence for each. @param isVariational whether the network draws its codes */
export function ignoredSettings(settings: ScanSettings, isVariational: boolean): string[] {
  const { schedule, optimizer, loss } = settings;
  const rows: readonly (readonly [boolean, string])[] = [
    [
      settings.warmUpEpochs !== undefined && schedule === 'one-cycle',
      'The warm-up is not used: the one-cycle schedule has its own.',
    ],
    [
      settings.scheduleFactor !== undefined && ![...droppingSchedules, 'exponential'].includes(schedule),
      `The schedule factor is not used: the ${schedule} schedule has none.`,
    ],
    [
      settings.scheduleEvery !== undefined && !droppingSchedules.includes(schedule),
      `“Schedule every” is not used: the ${schedule} schedule has no drops.`,
    ],
    [
      settings.momentum !== undefined && !optimizersWithMomentum.includes(optimizer),
      `The momentum is not used: it is that of sgd and rmsprop, and the optimizer is ${optimizer}.`,
    ],
    [
      settings.focal !== undefined && loss !== 'focal',
      `The focal loss’s alpha, gamma and threshold are not used: the loss is ${loss}.`,
    ],
    [
      settings.beta !== undefined && !isVariational,
      'Beta is not used: the network is not variational (its encoder does not end in a “sample” layer).',
    ],
  ];
  return rows.flatMap(([isIgnored, sentence]) => (isIgnored ? [sentence] : []));
}
