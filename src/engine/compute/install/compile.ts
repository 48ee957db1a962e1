/** The addon between Node.js and the native library. Its binary interface is stable: it outlives updates of Node.js. */
import * as l10n from '@vscode/l10n';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../../shared/errors';
import { runTool, ToolMissing } from './run-tool';
import type { Variant } from './variant';

/**
 * @returns the first C++ compiler that is there
 * @throws UserError `backend-unavailable` where there is none, or that one does not work
 */
export async function findCompiler(folder: string, signal: AbortSignal): Promise<string> {
  const named = process.env['CXX']?.trim();
  const compilers = [...(named === undefined || named === '' ? [] : [named]), 'g++', 'clang++'];
  for (const compiler of compilers) {
    try {
      await runTool(compiler, ['--version'], { folder, signal });
      return compiler;
    } catch (error) {
      if (error instanceof ToolMissing) continue;
      if (error instanceof UserError && error.code === 'cancelled') throw error;
      throw doesNotWork(compiler, compiler === named, error);
    }
  }
  throw new UserError(
    'backend-unavailable',
    l10n.t(
      'To install TensorFlow a C++ compiler is needed, and neither g++ nor clang++ was found. Install one (Debian and Ubuntu: sudo apt install g++; Fedora: sudo dnf install gcc-c++), or name yours in CXX.',
    ),
  );
}

function doesNotWork(compiler: string, isNamed: boolean, error: unknown): UserError {
  const reason = firstLine(error);
  return new UserError(
    'backend-unavailable',
    isNamed
      ? l10n.t(
          'The C++ compiler {0}, which CXX names, does not work: {1}. Name another in CXX, or leave CXX empty.',
          compiler,
          reason,
        )
      : l10n.t('The C++ compiler {0} does not work: {1}. Mend it, or name another in CXX.', compiler, reason),
    { cause: error },
  );
}

/** Without its full stop. */
function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? '').replace(/\.$/, '');
}

export interface AddonPlan {
  readonly compiler: string;
  readonly staging: string;
  /** The package's folder, with `binding/` and `deps/lib/`. */
  readonly addon: string;
  /** What was unpacked of the wheel. */
  readonly headers: string;
  readonly variant: Variant;
  readonly signal: AbortSignal;
}

/**
 * About 10 seconds. Writes `lib/napi-v8/tfjs_binding.node` in the package.
 * @throws UserError `backend-unavailable` with what the compiler said, or `cancelled`
 */
export async function compileAddon({ compiler, staging, addon, headers, variant, signal }: AddonPlan): Promise<void> {
  const target = path.join(addon, 'lib', 'napi-v8');
  await mkdir(target, { recursive: true });
  const includes = [
    path.join(staging, 'node_modules', 'node-api-headers', 'include'),
    path.join(headers, 'tensorflow', 'include'),
    addon,
  ].map((folder) => `-I${folder}`);
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => path.join('binding', name));
  const libraries = ['-Ldeps/lib', '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'];
  const args = ['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', ...includes, ...sources];
  const output = ['-o', path.join(target, 'tfjs_binding.node'), ...libraries, '-Wl,-rpath,$ORIGIN/../../deps/lib'];
  const early = variant === 'gpu' ? loadedFirst.flatMap(linked) : [];
  try {
    await runTool(compiler, [...args, ...output, ...early], { folder: addon, signal });
  } catch (error) {
    if (!(error instanceof UserError) || error.code === 'cancelled') throw error;
    throw new UserError(
      'backend-unavailable',
      l10n.t(
        'The addon between Node.js and TensorFlow could not be compiled; it needs a compiler for C++17, such as g++ 8 or later, and another one can be named in CXX. {0}',
        error.message,
      ),
      { cause: error },
    );
  }
}

/**
 * NVIDIA's libraries that NVIDIA's other ones may ask for by name alone: the addon brings them along from where they lie, and
 * the system's loader gives them to whoever asks later. Where TensorFlow's own library looks it says itself.
 */
const loadedFirst = [
  { folder: 'nvjitlink', library: 'libnvJitLink.so.12' },
  { folder: 'cuda_nvrtc', library: 'libnvrtc.so.12' },
];

function linked({ folder, library }: (typeof loadedFirst)[number]): string[] {
  const place = `deps/nvidia/${folder}/lib`;
  // Nothing of them is called by the addon itself, which some compilers take as a reason to leave them out.
  return ['-Wl,--no-as-needed', `-L${place}`, `-l:${library}`, `-Wl,-rpath,$ORIGIN/../../${place}`];
}
