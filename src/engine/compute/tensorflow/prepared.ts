/** What a folder holds of TensorFlow, and what is wrong with it, without loading any of it. */
import * as l10n from '@vscode/l10n';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { UserError } from '../../../shared/errors';
import { type Variant, variants } from '../install/variant';
import { libraryFault } from './library-file';

/** Either does; the second computes on CUDA devices as well. */
const packages = { cpu: '@tensorflow/tfjs-node', gpu: '@tensorflow/tfjs-node-gpu' } as const;
const leastVersion = { major: 4, text: '4.22' };

/** What is prepared there, if anything is; it may still turn out broken when it is loaded. */
export function preparedVariant(folder: string): Variant | undefined {
  return variants.find((variant) => existsSync(path.join(folder, 'node_modules', packages[variant], 'package.json')));
}

/**
 * The package to load.
 * @throws UserError `settings-invalid` where there is nothing of it, `backend-unavailable` for what is half, of another
 * version or platform; with what to do
 */
export function requirePrepared(folder: string): string {
  const variant = preparedVariant(folder);
  if (variant === undefined) throw new UserError('settings-invalid', withRemedy(missingSentence(folder)));
  const name = packages[variant];
  const place = path.join(folder, 'node_modules', name);
  const version = versionOf(place);
  if (Number.parseInt(version, 10) !== leastVersion.major) {
    throw unusable(
      l10n.t(
        '{0} holds TensorFlow.js {1}; this program works with {2}.x ({3} was tested).',
        folder,
        version,
        leastVersion.major,
        leastVersion.text,
      ),
    );
  }
  const addon = filesIn(path.join(place, 'lib'), /^napi-v\d+[\\/]tfjs_binding\.node$/);
  if (addon.length === 0) {
    throw unusable(
      l10n.t('The TensorFlow in {0} is half: its native addon (lib/napi-v8/tfjs_binding.node) is missing.', folder),
    );
  }
  const libraries = filesIn(path.join(place, 'deps', 'lib'), /^(lib)?tensorflow[^\\/]*\.(so|dylib|dll)[.\d]*$/);
  if (libraries.length === 0) {
    throw unusable(
      l10n.t('The TensorFlow in {0} is half: its native library (deps/lib/libtensorflow…) is missing.', folder),
    );
  }
  for (const file of [...addon, ...libraries]) {
    const fault = libraryFault(file);
    if (fault !== undefined)
      throw unusable(l10n.t('The TensorFlow in {0} cannot be used: {1} {2}.', folder, file, fault));
  }
  return name;
}

/** What the system's loader said, as a sentence. */
export function loadingFailed(folder: string, error: unknown): UserError {
  const reason = (error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)).replace(/\.$/, '');
  if (/undefined symbol|symbol lookup|symbol not found/i.test(reason)) {
    return unusable(
      l10n.t('In {0} the addon and the library of TensorFlow are of different versions ({1}).', folder, reason),
      error,
    );
  }
  if (/GLIBC|CXXABI/.test(reason)) {
    return unusable(
      l10n.t('The TensorFlow in {0} was made for a newer system than this one ({1}).', folder, reason),
      error,
    );
  }
  return unusable(l10n.t('The TensorFlow in {0} cannot be loaded: {1}.', folder, reason), error);
}

export function unusable(sentence: string, cause?: unknown): UserError {
  return new UserError('backend-unavailable', withRemedy(sentence), { cause });
}

function withRemedy(sentence: string): string {
  const remedy = l10n.t(
    'Install it (anew: remove it first) with anomaly-review backend install tensorflow or the editor’s command, name another folder, or choose the backend onnx.',
  );
  return `${sentence} ${remedy}`;
}

/** What a folder that was named for it lacks. */
export function missingSentence(folder: string): string {
  if (!existsSync(folder)) return l10n.t('There is no TensorFlow in {0}: there is no such folder.', folder);
  return l10n.t('There is no TensorFlow in {0}: it should hold node_modules/{1}.', folder, packages.cpu);
}

function versionOf(place: string): string {
  const text = readFileSync(path.join(place, 'package.json'), 'utf8');
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), v.object({ version: v.string() })), text);
  return parsed.success ? parsed.output.version : l10n.t('of an unknown version');
}

/** Files below whose path within `folder` matches; none where there is no folder. */
function filesIn(folder: string, pattern: RegExp): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => pattern.test(file))
    .map((file) => path.join(folder, file));
}
