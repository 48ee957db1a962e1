/** Loads TensorFlow.js and the native library from a prepared folder (see ../install), once a process. */
import * as l10n from '@vscode/l10n';
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import { UserError } from '../../../shared/errors';
import { isTensorFlow, type TensorFlow } from './api';
import { loadingFailed, requirePrepared, unusable } from './prepared';

interface Loaded {
  readonly folder: string;
  readonly tf: TensorFlow;
  /** What the library was told; it takes that once a process. */
  readonly threads: number;
}

let loaded: Loaded | undefined;

/**
 * @param folder holds `node_modules/@tensorflow/tfjs-node` (or `-gpu`) with its native part
 * @param threads of TensorFlow's own pool; the first call of a process decides
 * @throws UserError `backend-unavailable` when there is no TensorFlow in the folder or it cannot be loaded
 */
export function loadTensorFlow(folder: string, threads: number): Loaded {
  if (loaded?.folder === folder) return loaded;
  if (loaded !== undefined) {
    throw new UserError(
      'backend-unavailable',
      l10n.t('TensorFlow is already in use from {0}; to use that of {1}, start again.', loaded.folder, folder),
    );
  }
  const name = requirePrepared(folder);
  const told = setBefore(threads);
  let module: unknown;
  try {
    module = createRequire(path.join(folder, 'package.json'))(name);
  } catch (error) {
    throw loadingFailed(folder, error);
  }
  if (!isTensorFlow(module) || module.getBackend() !== 'tensorflow') {
    throw unusable(l10n.t('What is in {0} is not the TensorFlow.js that this program can use.', folder));
  }
  loaded = { folder, tf: module, threads: told };
  return loaded;
}

/** What the native library reads when it is loaded. @returns how many threads it will take */
function setBefore(threads: number): number {
  process.env['TF_NUM_INTRAOP_THREADS'] ??= String(threads);
  // Two branches of a graph run side by side: of a layer, the derivatives of its input and of its filter.
  process.env['TF_NUM_INTEROP_THREADS'] ??= String(Math.min(threads, 2));
  // Its greetings would stand between our own lines.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  // Only the memory that is needed of a GPU, which others use as well, and products as exact there as on the processor.
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
  // Node 23 took away what TensorFlow.js 4 still calls.
  const gaps = {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  };
  for (const [name, fill] of Object.entries(gaps)) {
    if (!(name in util)) Object.defineProperty(util, name, { value: fill, configurable: true });
  }
  return Number(process.env['TF_NUM_INTRAOP_THREADS']);
}
