/** What a folder holds of TensorFlow, and what is wrong with it, without loading any of it. */
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
 * @throws UserError `backend-unavailable` that says what is missing, half, of another version or platform, and what to do
 */
export function requirePrepared(folder: string): string {
  const variant = preparedVariant(folder);
  if (variant === undefined) throw unusable(missingSentence(folder));
  const name = packages[variant];
  const place = path.join(folder, 'node_modules', name);
  const version = versionOf(place);
  if (Number.parseInt(version, 10) !== leastVersion.major) {
    throw unusable(
      `${folder} holds TensorFlow.js ${version}; this program works with ${String(leastVersion.major)}.x (${leastVersion.text} was tested).`,
    );
  }
  const addon = filesIn(path.join(place, 'lib'), /^napi-v\d+[\\/]tfjs_binding\.node$/);
  if (addon.length === 0) {
    throw unusable(`The TensorFlow in ${folder} is half: its native addon (lib/napi-v8/tfjs_binding.node) is missing.`);
  }
  const libraries = filesIn(path.join(place, 'deps', 'lib'), /^(lib)?tensorflow[^\\/]*\.(so|dylib|dll)[.\d]*$/);
  if (libraries.length === 0) {
    throw unusable(`The TensorFlow in ${folder} is half: its native library (deps/lib/libtensorflow…) is missing.`);
  }
  for (const file of [...addon, ...libraries]) {
    const fault = libraryFault(file);
    if (fault !== undefined) throw unusable(`The TensorFlow in ${folder} cannot be used: ${file} ${fault}.`);
  }
  return name;
}

/** What the system's loader said, as a sentence. */
export function loadingFailed(folder: string, error: unknown): UserError {
  const reason = (error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)).replace(/\.$/, '');
  if (/undefined symbol|symbol lookup|symbol not found/i.test(reason)) {
    return unusable(
      `In ${folder} the addon and the library of TensorFlow are of different versions (${reason}).`,
      error,
    );
  }
  if (/GLIBC|CXXABI/.test(reason)) {
    return unusable(`The TensorFlow in ${folder} was made for a newer system than this one (${reason}).`, error);
  }
  return unusable(`The TensorFlow in ${folder} cannot be loaded: ${reason}.`, error);
}

export function unusable(sentence: string, cause?: unknown): UserError {
  const remedy =
    'Install it (anew: remove it first) with anomaly-review backend install tensorflow or the editor’s command, name another folder, or choose the backend onnx.';
  return new UserError('backend-unavailable', `${sentence} ${remedy}`, { cause });
}

function missingSentence(folder: string): string {
  if (!existsSync(folder)) return `There is no TensorFlow in ${folder}: there is no such folder.`;
  return `There is no TensorFlow in ${folder}: it should hold node_modules/${packages.cpu}.`;
}

function versionOf(place: string): string {
  const text = readFileSync(path.join(place, 'package.json'), 'utf8');
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), v.object({ version: v.string() })), text);
  return parsed.success ? parsed.output.version : 'of an unknown version';
}

/** Files below whose path within `folder` matches; none where there is no folder. */
function filesIn(folder: string, pattern: RegExp): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => pattern.test(file))
    .map((file) => path.join(folder, file));
}
