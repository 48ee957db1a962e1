/** TensorFlow where it is asked for by name: it is never chosen by itself. */
import * as l10n from '@vscode/l10n';
import os from 'node:os';
import type { BackendReport } from '../../../shared/contracts';
import { type ErrorCode, UserError } from '../../../shared/errors';
import type { DeviceName } from '../../../shared/settings';
import type { SelfTest } from '../backend';
import { hardwareMissing } from '../graphics-adapter';
import { isFolderNamed, tensorFlowFolder } from '../install/place';
import { TensorFlowBackend } from './backend';
import { missingSentence, preparedVariant } from './prepared';
import { whyNoGpu } from './without-gpu';

interface TestedBackend {
  readonly backend: TensorFlowBackend;
  readonly test: SelfTest;
}

/** By folder: a test that was passed holds for as long as the process lives. */
const passed = new Map<string, TestedBackend>();

/** @throws UserError `backend-unavailable` when it is not installed, fails its self-test, or runs on another device */
export async function openTensorFlow(wish: 'auto' | DeviceName, threads: number) {
  const { backend, test } = await tested(tensorFlowFolder(), threads);
  if (!test.passed) {
    throw new UserError(
      'backend-unavailable',
      l10n.t('TensorFlow cannot be used: {0}. Choose the backend onnx, or install it again.', test.detail),
    );
  }
  if (wish !== 'auto' && wish !== backend.device) throw notOn(wish, backend, 'backend-unavailable');
  const chosen =
    backend.device === 'cpu'
      ? l10n.t('TensorFlow on the CPU, as asked for')
      : l10n.t('TensorFlow on CUDA, as asked for');
  const note = `${chosen}${gapOf(backend)}.${threadsNote(backend, threads)}`;
  return { backend, reports: [reportOf({ backend, test })], note };
}

/**
 * What can be told of the device before anything is loaded.
 * @throws UserError `settings-invalid` for one that what is installed never runs on, or whose driver is not there
 */
export function refuseDevice(wish: 'auto' | DeviceName): void {
  if (wish === 'auto' || wish === 'cpu') return;
  const variant = preparedVariant(tensorFlowFolder()) ?? 'cpu';
  const isPossible = wish === 'cuda' && variant === 'gpu' && hardwareMissing(wish) === undefined;
  if (!isPossible) throw notOn(wish, { variant, device: 'cpu' }, 'settings-invalid');
}

function notOn(wish: DeviceName, { variant, device }: Pick<TensorFlowBackend, 'variant' | 'device'>, code: ErrorCode) {
  const sentence =
    wish === 'cuda'
      ? l10n.t(
          'TensorFlow does not run on CUDA here: {0}. Choose the device auto or cpu, or the backend onnx.',
          whyNoGpu(variant),
        )
      : l10n.t(
          'TensorFlow runs on {0} here, not on {1}. Choose the device auto or {2}, or the backend onnx.',
          device,
          wish,
          device,
        );
  return new UserError(code, sentence);
}

/** @param thorough load and test it; otherwise only whether it is there */
export async function describeTensorFlow(thorough: boolean): Promise<BackendReport> {
  const folder = tensorFlowFolder();
  const report = { backend: 'tensorflow', device: 'cpu' } as const;
  const variant = preparedVariant(folder);
  if (variant === undefined) {
    return {
      ...report,
      available: false,
      detail: isFolderNamed()
        ? missingSentence(folder).replace(/\.$/, '')
        : l10n.t('not installed; it is optional: anomaly-review backend install tensorflow'),
    };
  }
  if (!thorough)
    return {
      ...report,
      available: true,
      detail: l10n.t('variant {0}, installed in {1}, tested when it is first used', variant, folder),
    };
  try {
    return reportOf(await tested(folder, os.availableParallelism()));
  } catch (error) {
    return { ...report, available: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

async function tested(folder: string, threads: number): Promise<TestedBackend> {
  const known = passed.get(folder);
  if (known !== undefined) return known;
  const backend = new TensorFlowBackend(folder, threads);
  const test = await backend.selfTest();
  if (test.passed) passed.set(folder, { backend, test });
  return { backend, test };
}

/** Said where an earlier run of this process, or the environment, decided otherwise. */
function threadsNote({ threads }: TestedBackend['backend'], wished: number): string {
  if (threads === wished) return '';
  return ` ${l10n.t('It takes {0} threads, not {1}: that is decided when a process first uses it.', threads, wished)}`;
}

/** Said where it was installed for CUDA and the processor computes. */
function gapOf({ variant, device }: TestedBackend['backend']): string {
  return variant === 'gpu' && device === 'cpu' ? `; ${whyNoGpu(variant)}` : '';
}

function reportOf({ backend, test }: TestedBackend): BackendReport {
  return {
    backend: backend.name,
    device: backend.device,
    available: test.passed,
    detail: `${l10n.t('variant {0}', backend.variant)}, ${test.detail}${gapOf(backend)}`,
    milliseconds: Math.round(test.milliseconds),
  };
}
