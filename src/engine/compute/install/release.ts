/** Which TensorFlow is installed: exactly these files, of these sizes and checksums. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../../shared/errors';
import cudaWheels from './cuda-wheels.json';
import lock from './tensorflow-packages-lock.json';
import type { Variant } from './variant';

/** A Python package whose wheel carries native libraries; no Python runs. */
export interface Wheel {
  readonly distribution: string;
  readonly version: string;
  readonly wheel: string;
  readonly wheelBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** What pip is asked for, so that it picks this very wheel whichever Python it runs on. */
  readonly platform: string;
  readonly pythonVersion: string;
}

/** TensorFlow's own wheel, and what goes with it. */
export interface Release extends Wheel {
  readonly variant: Variant;
  /** The package of TensorFlow.js that the addon belongs to. */
  readonly packageName: string;
  /** NVIDIA's libraries. */
  readonly companions: readonly Wheel[];
  /** What stays. */
  readonly installedBytes: number;
  /** While it is being prepared, archives and all. */
  readonly neededBytes: number;
}

const target = { platform: 'manylinux_2_27_x86_64', pythonVersion: '3.11' };

/** By `process.platform` and `process.arch`; others can use a folder that was prepared by hand. */
const releases: Readonly<Record<string, Readonly<Record<Variant, Release>>>> = {
  'linux-x64': {
    cpu: {
      ...target,
      variant: 'cpu',
      distribution: 'tensorflow-cpu',
      version: '2.21.0',
      wheel: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
      wheelBytes: 273_829_956,
      sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
      packageName: '@tensorflow/tfjs-node',
      companions: [],
      installedBytes: 970_000_000,
      neededBytes: 1_500_000_000,
    },
    gpu: {
      ...target,
      variant: 'gpu',
      distribution: 'tensorflow',
      version: '2.21.0',
      wheel: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
      wheelBytes: 572_440_367,
      sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
      packageName: '@tensorflow/tfjs-node-gpu',
      // Of what its extra `and-cuda` names all but the compiler, which only XLA calls. It names ranges; these are in them.
      companions: cudaWheels.map((wheel) => ({ ...target, platform: platformOf(wheel.wheel), ...wheel })),
      installedBytes: 5_700_000_000,
      neededBytes: 7_200_000_000,
    },
  },
};

/** The last part of a wheel's name: the platform, or several joined by dots. */
function platformOf(wheel: string): string {
  return /-(?<platform>[^-.]+)[^-]*\.whl$/.exec(wheel)?.groups?.['platform'] ?? target.platform;
}

/** @throws UserError `not-supported` where there is no such library, or none that was tried */
export function releaseFor(
  variant: Variant = 'cpu',
  platform: string = process.platform,
  architecture: string = process.arch,
): Release {
  const release = releases[`${platform}-${architecture}`]?.[variant];
  if (release !== undefined) return release;
  const known = Object.keys(releases).join(', ');
  throw new UserError(
    'not-supported',
    variant === 'gpu'
      ? l10n.t(
          'TensorFlow for CUDA can be installed on {0} so far, not on {1}-{2}. The ONNX backend uses the graphics card here where it can.',
          known,
          platform,
          architecture,
        )
      : l10n.t(
          'TensorFlow can be installed on {0} so far, not on {1}-{2}. The ONNX backend works here; a TensorFlow.js that you built yourself can be named in ANOMALY_REVIEW_TENSORFLOW.',
          known,
          platform,
          architecture,
        ),
  );
}

const cpuPackage = 'node_modules/@tensorflow/tfjs-node';
/** The package for GPUs is the same in all but its name and checksum. */
const gpuChecksum = 'sha512-p//NN6DGiN4hInUmIkRffaFVMcdTREUMjPyjW04J7OXvB2zBlQimj61eFKSgRrH3f5TnOfKzb0n56he/B6a4bw==';
export const packageVersion = lock.packages[cpuPackage].version;

/** The packages of TensorFlow.js, held to their checksums by npm: what package-lock.json holds. */
export function packageLock({ variant, packageName }: Pick<Release, 'variant' | 'packageName'>) {
  const { '': root, [cpuPackage]: own, ...others } = lock.packages;
  const dependencies: Readonly<Record<string, string>> = {
    [packageName]: own.version,
    'node-api-headers': root.dependencies['node-api-headers'],
  };
  const integrity = variant === 'gpu' ? gpuChecksum : own.integrity;
  const packages = {
    ...others,
    '': { ...root, dependencies },
    [`node_modules/${packageName}`]: { ...own, integrity },
  };
  return { ...lock, packages };
}

/** Of npm's archives, about. */
const packageBytes = 35_000_000;

/** @param isWheelThere with all that go with it */
export function downloadBytes({ wheelBytes, companions }: Release, isWheelThere: boolean): number {
  if (isWheelThere) return packageBytes;
  return companions.reduce((sum, one) => sum + one.wheelBytes, wheelBytes + packageBytes);
}
