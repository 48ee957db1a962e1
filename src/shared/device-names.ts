/** What the devices are called, the same in a progress line, in a note and in the panel. */
import type { DeviceName } from './settings';

export const deviceTitles: Readonly<Record<DeviceName, string>> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  dml: 'DirectML',
  coreml: 'Core ML',
  cuda: 'CUDA',
};
