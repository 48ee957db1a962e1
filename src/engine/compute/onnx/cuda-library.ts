/** The library that computes on CUDA devices is no part of the runtime's package: whoever wants it adds it there. */
import * as l10n from '@vscode/l10n';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const library = 'libonnxruntime_providers_cuda.so';

/**
 * Asked before a session is opened: the runtime prints where it looked, in its own words and colours.
 * @returns why CUDA cannot be used, without a full stop; undefined where the library is there
 */
export function cudaLibraryMissing(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const entry = createRequire(path.join(__dirname, 'engine.js')).resolve('onnxruntime-node');
  const programs = path.join(path.dirname(entry), '..', 'bin');
  const folders = readdirSync(programs).map((version) => path.join(programs, version, process.platform, process.arch));
  if (folders.some((folder) => existsSync(path.join(folder, library)))) return undefined;
  return l10n.t(
    'ONNX Runtime’s library for it ({0}) was not added here; the device webgpu uses the same card',
    library,
  );
}
