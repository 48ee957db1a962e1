/** Chooses what computes: the fastest device that passes its self-test, or the one that was asked for. */
import * as l10n from '@vscode/l10n';
import { listSupportedBackends } from 'onnxruntime-node';
import { version as product } from '../../../package.json';
import type { BackendReport } from '../../shared/contracts';
import { deviceTitles } from '../../shared/device-names';
import { UserError } from '../../shared/errors';
import { type BackendName, type DeviceName, deviceNames } from '../../shared/settings';
import { convolutional } from '../model/presets/convolutional';
import type { Backend, SelfTest } from './backend';
import { DeviceFault, type FaultKind, guardDevice, isHost } from './device-fault';
import { DeviceMemory, memoryKey } from './device-memory';
import { hardwareMissing } from './graphics-adapter';
import { OnnxBackend } from './onnx/backend';
import { cudaLibraryMissing } from './onnx/cuda-library';
import { tensorFlowFolder } from './install/place';
import { describeTensorFlow, openTensorFlow, refuseDevice } from './tensorflow/open';
import { requirePrepared } from './tensorflow/prepared';
import { describeTrial, tryDevice, type TrialPlan } from './trial';

export interface BackendWish {
  readonly backend: BackendName;
  readonly device: 'auto' | DeviceName;
  readonly threads: number;
  /** What the run will compute; absent: the device is not tried on it. */
  readonly trial?: TrialPlan;
}

export interface BackendChoice {
  /** Guarded: what fails on its device is a DeviceFault (see device-fault.ts). */
  readonly backend: Backend;
  /** What goes on when the device fails. */
  readonly host: Backend;
  /** Every device this platform's runtime knows, tried or not. */
  readonly reports: readonly BackendReport[];
  /** A sentence on why this device. */
  readonly note: string;
  /** Keeps `auto` from choosing the device for this network again for a while. */
  readonly onFault?: (fault: DeviceFault) => void;
}

export type ChooseBackend = (wish: BackendWish) => Promise<BackendChoice>;

interface Candidate {
  readonly backend: Backend;
  readonly test: SelfTest;
}

/** The self-test takes a graphics card about a second; a driver that computes on the CPU, many. */
const longestSelfTestMs = 5000;

/** Passed tests hold for as long as the process lives; failures are tried again. */
const passedTests = new Map<DeviceName, SelfTest>();
/** One for the process: what cannot be written is remembered in it. */
const memory = new DeviceMemory();

/**
 * @throws UserError `backend-unavailable` when the wanted device cannot be used, or nothing passes its self-test;
 * `settings-invalid` when a device was asked for that this platform's runtime does not have
 */
export async function selectBackend(wish: BackendWish): Promise<BackendChoice> {
  const host = new OnnxBackend('cpu');
  if (wish.backend === 'tensorflow') {
    const choice = await openTensorFlow(wish.device, wish.threads);
    return { ...choice, backend: guardDevice(choice.backend), host };
  }
  return wish.device === 'auto' ? fastest(wish, host) : wanted(wish.device, wish, host);
}

/**
 * What can be told of a wish before anything is read or started.
 * @throws UserError `settings-invalid` for a device that this platform's runtime does not have, or that surely lacks its
 * hardware, and where there is no TensorFlow; `backend-unavailable` for one that is half or of another version
 */
export function refuseMissing({ backend, device }: Pick<BackendWish, 'backend' | 'device'>): void {
  if (backend === 'tensorflow') {
    requirePrepared(tensorFlowFolder());
    refuseDevice(device);
  } else if (device !== 'auto') requireThere(device);
}

/**
 * A report on every device that this platform's runtime knows; devices that surely lack hardware are not started.
 * @param thorough TensorFlow, which takes seconds and hundreds of megabytes to load, is loaded and tested as well
 */
export async function describeBackends(thorough: boolean): Promise<BackendReport[]> {
  const reports: BackendReport[] = [];
  for (const device of supportedDevices()) reports.push((await examine(device)).report);
  return [...reports, await describeTensorFlow(thorough)];
}

async function wanted(device: DeviceName, { trial }: BackendWish, host: Backend): Promise<BackendChoice> {
  requireThere(device);
  const candidate = await tested(device);
  if (!candidate.test.passed) throw unusable(device, candidate.test.detail);
  const choice = { backend: candidate.backend, host, reports: [reportOf(candidate)] };
  const note = l10n.t('{0}, as asked for.', deviceTitles[device]);
  if (trial === undefined || isHost(candidate.backend)) return { ...choice, note };
  try {
    await speedsOn(candidate.backend, host, trial, true);
  } catch (error) {
    if (error instanceof DeviceFault) throw unusable(device, error.reason, error);
    throw error;
  }
  return { ...choice, note, onFault: refusal(trial) };
}

function requireThere(device: DeviceName): void {
  if (supportedDevices().includes(device)) {
    const reason = missing(device);
    if (reason === undefined) return;
    const escape =
      device === 'webgpu'
        ? ` ${l10n.t('Where there is one all the same, name the file of its Vulkan driver in VK_DRIVER_FILES.')}`
        : '';
    throw new UserError('settings-invalid', `${unusable(device, reason).message}${escape}`);
  }
  throw new UserError(
    'settings-invalid',
    l10n.t(
      'The device {0} does not exist on {1} {2}. Choose one of: auto, {3}.',
      device,
      process.platform,
      process.arch,
      supportedDevices().join(', '),
    ),
  );
}

function unusable(device: DeviceName, reason: string, cause?: DeviceFault): UserError {
  const advice =
    cause?.kind === 'memory'
      ? l10n.t('Choose a smaller batch size, or the device auto or cpu')
      : l10n.t('Choose the device auto or cpu');
  return new UserError(
    'backend-unavailable',
    l10n.t('The device {0} cannot be used: {1}. {2}.', device, reason, advice),
    cause && { cause },
  );
}

async function fastest({ threads, trial = usualTrial(threads) }: BackendWish, host: Backend): Promise<BackendChoice> {
  const examined = [];
  for (const device of supportedDevices()) examined.push(await examine(device));
  const reports = examined.map(({ report }) => report);
  const passed = examined.flatMap(({ candidate }) => (candidate?.test.passed === true ? [candidate.backend] : []));
  const [first, ...others] = passed;
  if (first === undefined) {
    const reasons = reports.map(({ device, detail }) => `${deviceTitles[device]}: ${detail}.`).join(' ');
    throw new UserError('backend-unavailable', l10n.t('No device computes correctly here. {0}', reasons));
  }
  const rest = new Map<DeviceName, string>();
  for (const { device, detail } of reports) if (device !== first.device) rest.set(device, detail);
  let best = { backend: first, gain: 1 };
  const compared = isHost(first) ? others.filter(isQuick(examined)) : [];
  for (const backend of compared) {
    try {
      const { deviceMs, hostMs } = await speedsOn(backend, host, trial, false);
      const gain = hostMs / deviceMs;
      rest.set(backend.device, timesAsFast(gain));
      if (gain > best.gain) best = { backend, gain };
    } catch (error) {
      if (!(error instanceof DeviceFault)) throw error;
      rest.set(backend.device, error.reason);
    }
  }
  const { backend, gain } = best;
  rest.delete(backend.device);
  const reasons = [...rest].map(([device, reason]) => ` ${deviceTitles[device]}: ${reason}.`).join('');
  const title = deviceTitles[backend.device];
  const note = `${title}${isHost(backend) ? '' : `: ${timesAsFast(gain)}`}.${reasons}`;
  return { backend, host, reports, note, ...(!isHost(backend) && { onFault: refusal(trial) }) };
}

/** Where nobody says what will be computed: the default network on small images. */
function usualTrial(threads: number): TrialPlan {
  const spec = convolutional.build([3, 64, 64]);
  return { spec, threads, batchSize: 32, training: { loss: 'mse', weightDecay: 0 } };
}

/** Whether a device that passed is worth a trial: what takes seconds for the self-test has no hardware behind it. */
function isQuick(examined: readonly Examined[]): (backend: Backend) => boolean {
  return ({ device }) =>
    examined.some(({ candidate }) => candidate?.backend.device === device && isUsable(candidate.test));
}

function isUsable({ passed, milliseconds }: SelfTest): boolean {
  return passed && milliseconds <= longestSelfTestMs;
}

/**
 * Remembered, or measured and then remembered.
 * @param again a refusal is not believed: the user asks for the device by name
 * @throws DeviceFault when the device cannot do it, now or the last time
 */
async function speedsOn(device: Backend, host: Backend, trial: TrialPlan, again: boolean) {
  const key = keyOf(trial);
  const known = memory.find(key);
  const refused = known?.refused[device.device];
  if (refused !== undefined && !again) throw new DeviceFault(device.name, device.device, 'failed', refused.reason);
  const [deviceMs, hostMs] = [known?.milliseconds[device.device], known?.milliseconds.cpu];
  if (refused === undefined && deviceMs !== undefined && hostMs !== undefined) return { deviceMs, hostMs };
  try {
    const speeds = await memory.whileTesting(device.device, () => tryDevice(device, host, trial));
    memory.measured(key, describeTrial(trial), { cpu: speeds.hostMs, [device.device]: speeds.deviceMs });
    return speeds;
  } catch (error) {
    if (error instanceof DeviceFault) refusal(trial)(error);
    throw error;
  }
}

const hourMs = 3600 * 1000;
/**
 * How long `auto` leaves a device alone for a network and batch, by what went wrong. Memory may only have been taken by
 * another program; what computes wrongly does so until the driver or this program changes. A device that was lost
 * may be back the next time; too large steps run away on every device.
 */
const refusedForMs: Readonly<Record<FaultKind, number>> = {
  memory: hourMs,
  failed: 24 * hourMs,
  wrong: 30 * 24 * hourMs,
  lost: 0,
  diverged: 0,
};

function refusal(trial: TrialPlan): (fault: DeviceFault) => void {
  return ({ device, kind, reason }) => {
    const forMs = refusedForMs[kind];
    if (forMs > 0) memory.refuse(keyOf(trial), describeTrial(trial), device, reason, forMs);
  };
}

function keyOf(trial: TrialPlan): string {
  return memoryKey([product, new OnnxBackend('cpu').versions, trial]);
}

function timesAsFast(gain: number): string {
  const times = gain.toFixed(gain < 0.1 ? 2 : 1);
  return l10n.t('{0} times as fast as the CPU in a short trial of this network', times);
}

interface Examined {
  readonly report: BackendReport;
  readonly candidate?: Candidate;
}

async function examine(device: DeviceName): Promise<Examined> {
  const reason = missing(device) ?? (device === 'cpu' ? undefined : crashReason(device));
  if (reason !== undefined) {
    return { report: { backend: 'onnx', device, available: false, detail: reason } };
  }
  const candidate = await tested(device);
  return { report: reportOf(candidate), candidate };
}

/** Why it surely cannot compute here, without starting it. */
function missing(device: DeviceName): string | undefined {
  return hardwareMissing(device) ?? (device === 'cuda' ? cudaLibraryMissing() : undefined);
}

function crashReason(device: DeviceName): string | undefined {
  const at = memory.endedWhileTesting(device);
  if (at === undefined) return undefined;
  const day = new Date(at).toISOString().slice(0, 10);
  return l10n.t(
    'its driver ended the process that tested it on {0}; ask for it by name, or run “anomaly-review doctor --forget”, to try it again',
    day,
  );
}

async function tested(device: DeviceName): Promise<Candidate> {
  const backend = guardDevice(new OnnxBackend(device));
  const known = passedTests.get(device);
  if (known !== undefined) return { backend, test: known };
  const test = isHost(backend) ? await backend.selfTest() : await memory.whileTesting(device, () => backend.selfTest());
  if (test.passed) passedTests.set(device, test);
  return { backend, test };
}

function reportOf({ backend, test }: Candidate): BackendReport {
  return {
    backend: backend.name,
    device: backend.device,
    available: test.passed,
    detail: test.passed && !isUsable(test) ? l10n.t('{0}, but very slowly', test.detail) : test.detail,
    milliseconds: Math.round(test.milliseconds),
  };
}

/** What the runtime for this platform knows; the CPU comes first. */
function supportedDevices(): DeviceName[] {
  const known = listSupportedBackends().map(({ name }) => name);
  return deviceNames.filter((device) => device === 'cpu' || known.includes(device));
}
