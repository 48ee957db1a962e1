/** What the devices are called, the same in a progress line, in a note and in the panel. */
import type { DeviceName } from './settings';

export const deviceTitles: Readonly<Record<DeviceName, string>> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  dml: 'DirectML',
  coreml: 'Core ML',
  cuda: 'CUDA',
};

/** What computes, as a run's record and its progress name it. */
export interface Computer {
  readonly backend?: string;
  readonly device?: DeviceName;
  readonly threads?: number;
}

/**
 * `CPU, 2 threads`, `TensorFlow, CPU, 2 threads`, `WebGPU`: stands beside every rate. Undefined before it was chosen.
 * @param threadsText in the reader's language
 */
export function computerText(
  { backend, device, threads }: Computer,
  threadsText: (threads: number) => string = englishThreads,
): string | undefined {
  if (device === undefined) return undefined;
  const parts = [backend === 'tensorflow' ? 'TensorFlow' : '', deviceTitles[device]];
  if (device === 'cpu' && threads !== undefined) parts.push(threadsText(threads));
  return parts.filter((part) => part !== '').join(', ');
}

function englishThreads(threads: number): string {
  return threads === 1 ? '1 thread' : `${String(threads)} threads`;
}
