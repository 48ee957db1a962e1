/** What is measured: three networks that goals are set for, and every preset. */
import { choosePreset, presets } from '../../src/engine/model/presets';
import type { NetworkSpec } from '../../src/engine/model/spec';

export interface MeasuredNetwork {
  readonly name: string;
  readonly spec: NetworkSpec;
  readonly hasGoals: boolean;
}

export const networks: readonly MeasuredNetwork[] = [
  { name: 'M1', spec: choosePreset('corrupted-digits').build([1, 28, 28]), hasGoals: true },
  { name: 'M2', spec: choosePreset('convolutional').build([3, 64, 64], { latent: 128 }), hasGoals: true },
  { name: 'M3', spec: choosePreset('metal-spill-1').build([3, 32, 32]), hasGoals: true },
  ...presets.map((preset) => ({ name: preset.name, spec: preset.build(preset.exampleInput), hasGoals: false })),
];
