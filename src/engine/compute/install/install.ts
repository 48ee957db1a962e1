/**
 * Prepares TensorFlow in a folder of its own: the packages of TensorFlow.js by npm, the native libraries out of Python
 * wheels, and between them the addon, compiled here. Nothing is in place before all of it passed the self-test.
 */
import * as l10n from '@vscode/l10n';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { UserError } from '../../../shared/errors';
import type { SelfTest } from '../backend';
import { amongSeveral, placeCompanions } from './companions';
import { compileAddon, findCompiler } from './compile';
import { installPackages, requireNpm } from './packages';
import { makeStaging, refuseFullDisk, refuseMissingWheel, refuseOccupied, removeLeftovers } from './place-checks';
import { downloadBytes, packageVersion, releaseFor } from './release';
import { type Variant, variants } from './variant';
import { type ByteProgress, getWheel, type WheelSource, unpackWheel } from './wheel';

export interface InstallProgress {
  readonly phase: 'packages' | 'download' | 'unpack' | 'compile' | 'test';
  /** Bytes, where they are known. */
  readonly done?: number;
  readonly total?: number;
}

export interface InstallOptions extends WheelSource {
  readonly folder: string;
  /** Absent: `cpu`. */
  readonly variant?: Variant;
  readonly signal: AbortSignal;
  readonly progress: (progress: InstallProgress) => void;
  /** Trains a small network with what lies in the folder. */
  readonly selfTest: (folder: string) => Promise<SelfTest>;
}

export interface InstallPlan {
  readonly folder: string;
  readonly variant: Variant;
  readonly version: string;
  readonly downloadBytes: number;
  /** Of disk, while it is being prepared. */
  readonly neededBytes: number;
  readonly installedBytes: number;
}

/** What was installed, beside it; only folders with this file are ever removed. */
const noteFile = 'anomaly-review-backend.json';
const noteSchema = v.object({
  backend: v.literal('tensorflow'),
  tensorflow: v.string(),
  tfjs: v.string(),
  variant: v.optional(v.picklist(variants), 'cpu'),
});
export type InstalledBackend = v.InferOutput<typeof noteSchema>;

/**
 * @param isWheelThere it was downloaded elsewhere
 * @throws UserError `not-supported` on a platform that has no such library
 */
export function planInstall(folder: string, wish: Variant = 'cpu', isWheelThere = false): InstallPlan {
  const release = releaseFor(wish);
  const { variant, version, neededBytes, installedBytes } = release;
  return { folder, variant, version, downloadBytes: downloadBytes(release, isWheelThere), neededBytes, installedBytes };
}

/** What an installation left in the folder, if it did. */
export async function installedIn(folder: string): Promise<InstalledBackend | undefined> {
  const text = await readFile(path.join(folder, noteFile), 'utf8').catch(() => undefined);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), noteSchema), text);
  return parsed.success ? parsed.output : undefined;
}

/** @throws UserError that says what is missing and what to do; the folder is as it was then */
export async function install(options: InstallOptions): Promise<SelfTest> {
  const { folder, variant, signal, progress, selfTest } = options;
  const release = releaseFor(variant);
  await refuseInstalled(folder);
  await refuseOccupied(folder);
  if (options.file !== undefined) await refuseMissingWheel(options.file, release.companions.length > 0);
  const programs = path.dirname(process.execPath);
  const compiler = await findCompiler(programs, signal);
  await requireNpm(programs, signal);
  const staging = `${folder}.installing-${String(process.pid)}`;
  await removeLeftovers(folder);
  try {
    await makeStaging(staging);
    await refuseFullDisk(staging, release.neededBytes);
    const unpacked = path.join(staging, 'wheel');
    await mkdir(unpacked);
    progress({ phase: 'download' });
    // First what is most likely to fail.
    const source = release.companions.length === 0 ? options : amongSeveral(options, release);
    const wheel = await getWheel(release, source, unpacked, shown('download', progress), signal);
    progress({ phase: 'packages' });
    const addon = await installPackages(release, staging, signal);
    await unpackWheel(wheel, unpacked, shown('unpack', progress), signal);
    await moveLibraries(unpacked, addon);
    await placeCompanions(release.companions, { ...options, addon, progress: (phase) => shown(phase, progress) });
    progress({ phase: 'compile' });
    await compileAddon({ compiler, staging, addon, headers: unpacked, variant: release.variant, signal });
    await rm(unpacked, { recursive: true, force: true });
    const note: InstalledBackend = {
      backend: 'tensorflow',
      tensorflow: release.version,
      tfjs: packageVersion,
      variant: release.variant,
    };
    await writeFile(path.join(staging, noteFile), `${JSON.stringify(note, undefined, 2)}\n`);
    progress({ phase: 'test' });
    const test = await selfTest(staging);
    if (!test.passed) {
      throw new UserError(
        'backend-unavailable',
        l10n.t(
          'TensorFlow was prepared but does not compute right here: {0}. It was removed again; use the backend onnx.',
          test.detail,
        ),
      );
    }
    await putInPlace(staging, folder);
    return test;
  } catch (error) {
    throw explained(error, staging);
  } finally {
    // What cannot be removed could not be made, or the next installation removes it.
    await rm(staging, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** What the system says of a disk that filled up meanwhile, or went away, as a sentence. */
function explained(error: unknown, staging: string): unknown {
  if (error instanceof UserError || !(error instanceof Error) || !('code' in error)) return error;
  const folder = path.dirname(staging);
  return error.code === 'ENOSPC'
    ? new UserError(
        'disk-full',
        l10n.t('The disk of {0} became full while TensorFlow was prepared there. Make room, and try again.', folder),
        { cause: error },
      )
    : new UserError(
        'not-writable',
        l10n.t('TensorFlow could not be prepared in {0}: {1}. Nothing was changed.', folder, error.message),
        { cause: error },
      );
}

async function refuseInstalled(folder: string): Promise<void> {
  if ((await installedIn(folder)) === undefined) return;
  throw new UserError(
    'settings-invalid',
    l10n.t(
      'TensorFlow is installed in {0} already. To install it anew, remove it first: anomaly-review backend remove tensorflow',
      folder,
    ),
  );
}

/** @throws UserError `settings-invalid` when the folder holds no installed backend, and so is not ours to remove */
export async function remove(folder: string): Promise<void> {
  if ((await installedIn(folder)) === undefined) {
    throw new UserError(
      'settings-invalid',
      l10n.t('There is no installed TensorFlow in {0}; nothing was removed.', folder),
    );
  }
  await rm(folder, { recursive: true });
}

function shown(phase: InstallProgress['phase'], progress: InstallOptions['progress']): ByteProgress {
  return (done, total) => progress({ phase, done, total });
}

/** An empty folder may be in the place; one that another installation filled meanwhile stays. */
async function putInPlace(staging: string, folder: string): Promise<void> {
  try {
    await rename(staging, folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      'not-writable',
      l10n.t(
        'TensorFlow was prepared but cannot be put into {0}: {1}. If it was installed there meanwhile, it is ready.',
        folder,
        reason,
      ),
      { cause: error },
    );
  }
}

async function moveLibraries(unpacked: string, addon: string): Promise<void> {
  const libraries = path.join(addon, 'deps', 'lib');
  await mkdir(libraries, { recursive: true });
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
    await rename(path.join(unpacked, 'tensorflow', name), path.join(libraries, name));
  }
}
