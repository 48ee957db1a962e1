/**
 * What each execution provider asks of a session, from its documentation. DirectML, Core ML and CUDA were written
 * without their hardware at hand: the self-test and the trial on a run's network are what lets them compute.
 */
import type { InferenceSession } from 'onnxruntime-node';
import type { DeviceName } from '../../../shared/settings';

type DeviceOptions = Pick<InferenceSession.SessionOptions, 'executionProviders' | 'enableMemPattern'>;

/** Bits of Core ML's `coreMlFlags`. */
const coreMl = { staticShapesOnly: 0x008, program: 0x010, processorAndGraphics: 0x020 } as const;

/** Operators that the device lacks run on the CPU, which comes second. */
export function deviceOptions(device: DeviceName): DeviceOptions {
  switch (device) {
    case 'cpu':
      // The pattern, one block planned from the first run, comes on top of what the arena holds since that run: twice
      // the memory (1,989 MiB instead of 1,084 for the largest preset) and no time saved.
      return { executionProviders: ['cpu'], enableMemPattern: false };
    case 'webgpu':
      return { executionProviders: ['webgpu', 'cpu'], enableMemPattern: true };
    case 'dml':
      // It forbids memory patterns and parallel execution.
      return { executionProviders: ['dml', 'cpu'], enableMemPattern: false };
    case 'coreml':
      // The neural engine computes in half precision and is left out; shapes that change are compiled anew each time.
      return {
        executionProviders: [
          { name: 'coreml', coreMlFlags: coreMl.program + coreMl.staticShapesOnly + coreMl.processorAndGraphics },
          'cpu',
        ],
        enableMemPattern: true,
      };
    case 'cuda':
      return { executionProviders: ['cuda', 'cpu'], enableMemPattern: true };
  }
}
