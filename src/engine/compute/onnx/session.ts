/** Sessions of onnxruntime with the options that all graphs here share. */
import * as ort from 'onnxruntime-node';
import type { DeviceName } from '../../../shared/settings';
import { keepAwake } from './awake-device';
import { deviceOptions } from './device-options';

export interface SessionSettings {
  readonly device: DeviceName;
  readonly threads: number;
  /** Outputs that stay on the device, when it has a memory of its own. */
  readonly keptOutputs?: readonly string[];
}

export async function openSession(model: Uint8Array, settings: SessionSettings): Promise<ort.InferenceSession> {
  const { device } = settings;
  const asleep = device === 'webgpu' ? await keepAwake(createSession) : undefined;
  try {
    const session = await createSession(model, settings);
    if (asleep !== undefined) {
      const release = session.release.bind(session);
      session.release = async () => {
        await release().finally(asleep);
      };
    }
    return session;
  } catch (error) {
    asleep?.();
    throw error;
  }
}

function createSession(model: Uint8Array, settings: SessionSettings): Promise<ort.InferenceSession> {
  const { device, threads, keptOutputs = [] } = settings;
  return ort.InferenceSession.create(model, {
    ...deviceOptions(device),
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // One node after the other, so that the same seed gives the same bytes; DirectML takes nothing else.
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    ...(keepsOnDevice(device) && keptOutputs.length > 0
      ? { preferredOutputLocation: Object.fromEntries(keptOutputs.map((name) => [name, 'gpu-buffer'] as const)) }
      : {}),
    // Moments and activations near zero would otherwise take the processor's slow path.
    extra: { session: { set_denormal_as_zero: '1' } },
  });
}

/** Whether state can stay in the device's memory between runs: the runtime's Node binding offers that for WebGPU only. */
export function keepsOnDevice(device: DeviceName): boolean {
  return device === 'webgpu';
}

export function floatTensor(data: Float32Array, shape: readonly number[]): ort.Tensor {
  return new ort.Tensor('float32', data, shape);
}

export function wholeNumberTensor(value: number): ort.Tensor {
  return new ort.Tensor('int64', BigInt64Array.of(BigInt(value)), [1]);
}

/** The values of a float output that lies in the process's memory, not copied. */
export function floatsOf(tensor: ort.Tensor | undefined): Float32Array {
  const data = tensor?.data;
  if (data instanceof Float32Array) return data;
  throw new Error('The runtime gave no float values.');
}
