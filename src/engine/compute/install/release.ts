/** Which TensorFlow is installed: exactly these files, of these sizes and checksums. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../../shared/errors';
import lock from './tensorflow-packages-lock.json';

export interface Release {
  /** The Python package whose wheel carries the native library; no Python runs. */
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

/** By `process.platform` and `process.arch`; others can use a folder that was prepared by hand. */
const releases: Readonly<Record<string, Release>> = {
  'linux-x64': {
    distribution: 'tensorflow-cpu',
    version: '2.21.0',
    wheel: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
    wheelBytes: 273_829_956,
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    platform: 'manylinux_2_27_x86_64',
    pythonVersion: '3.11',
  },
};

/** The packages of TensorFlow.js, held to their checksums by npm. */
export const packageLock = lock;
export const packageName = '@tensorflow/tfjs-node';
export const packageVersion = lock.packages['node_modules/@tensorflow/tfjs-node'].version;

/** Of npm's archives, about. */
const packageBytes = 35_000_000;
/** What stays. */
export const installedBytes = 970_000_000;
/** While it is being prepared, archives and all. */
export const neededBytes = 1_500_000_000;

export const downloadBytes = ({ wheelBytes }: Release) => wheelBytes + packageBytes;

/** @throws UserError `not-supported` where there is no such library, or none that was tried */
export function releaseFor(platform: string = process.platform, architecture: string = process.arch): Release {
  const release = releases[`${platform}-${architecture}`];
  if (release !== undefined) return release;
  throw new UserError(
    'not-supported',
    l10n.t(
      'TensorFlow can be installed on {0} so far, not on {1}-{2}. The ONNX backend works here; a TensorFlow.js that you built yourself can be named in ANOMALY_REVIEW_TENSORFLOW.',
      Object.keys(releases).join(', '),
      platform,
      architecture,
    ),
  );
}
