/** Chooses what computes: the fastest device that passes its self-test, or the one that was asked for. */
import { listSupportedBackends } from 'onnxruntime-node';
import type { BackendReport } from '../../shared/contracts';
import { UserError } from '../../shared/errors';
import { type BackendName, type DeviceName, deviceNames } from '../../shared/settings';
import type { Backend, SelfTest } from './backend';
import { adapterMissing } from './graphics-adapter';
import { OnnxBackend } from './onnx/backend';
import { millisecondsPerStep } from './speed-trial';
import { describeTensorFlow, openTensorFlow } from './tensorflow/open';

export interface BackendWish {
  readonly backend: BackendName;
  readonly device: 'auto' | DeviceName;
  readonly threads: number;
}

export interface BackendChoice {
  readonly backend: Backend;
  /** Every device this platform's runtime knows, tried or not. */
  readonly reports: readonly BackendReport[];
  /** A sentence on why this device. */
  readonly note: string;
}

interface Candidate {
  readonly backend: Backend;
  readonly test: SelfTest;
}

/** The self-test takes a graphics card about a second; a driver that computes on the CPU, many. */
const longestSelfTestMs = 5000;

/** Passed tests and measured speeds hold for as long as the process lives; failures are tried again. */
const passedTests = new Map<DeviceName, SelfTest>();
const measuredSpeeds = new Map<string, number>();

/**
 * @throws UserError `backend-unavailable` when the wanted device cannot be used, or nothing passes its self-test;
 * `settings-invalid` when a device was asked for that this platform's runtime does not have
 */
export async function selectBackend(wish: BackendWish): Promise<BackendChoice> {
  if (wish.backend === 'tensorflow') return openTensorFlow(wish.device, wish.threads);
  return wish.device === 'auto' ? fastest(wish.threads) : wanted(wish.device);
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

async function wanted(device: DeviceName): Promise<BackendChoice> {
  if (!supportedDevices().includes(device)) {
    throw new UserError(
      'settings-invalid',
      `The device ${device} does not exist on ${process.platform} ${process.arch}. Choose one of: auto, ${supportedDevices().join(', ')}.`,
    );
  }
  const candidate = await tested(device);
  if (!candidate.test.passed) {
    throw new UserError(
      'backend-unavailable',
      `The device ${device} cannot be used: ${candidate.test.detail}. Choose the device auto or cpu.`,
    );
  }
  return { backend: candidate.backend, reports: [reportOf(candidate)], note: `${nameOf(device)}, as asked for.` };
}

async function fastest(threads: number): Promise<BackendChoice> {
  const examined = [];
  for (const device of supportedDevices()) examined.push(await examine(device));
  const reports = examined.map(({ report }) => report);
  const passed = examined.flatMap(({ candidate }) =>
    candidate !== undefined && isUsable(candidate) ? [candidate] : [],
  );
  const [first, ...others] = passed;
  if (first === undefined) {
    const reasons = reports.map(({ device, detail }) => `${nameOf(device)}: ${detail}.`).join(' ');
    throw new UserError('backend-unavailable', `No device computes correctly here. ${reasons}`);
  }
  if (others.length === 0) {
    const rest = reports.filter(({ device }) => device !== first.backend.device);
    const reasons = rest.map(({ device, detail }) => ` ${nameOf(device)}: ${detail}.`).join('');
    return { backend: first.backend, reports, note: `${nameOf(first.backend.device)}.${reasons}` };
  }
  const timed = [];
  for (const { backend } of passed) {
    const toBeat = Math.min(...timed.map(({ milliseconds }) => milliseconds));
    timed.push({ backend, milliseconds: await speedOf(backend, threads, toBeat) });
  }
  timed.sort((a, b) => a.milliseconds - b.milliseconds);
  const [best = { backend: first.backend, milliseconds: 0 }, ...slower] = timed;
  const comparison = slower.map(
    ({ backend, milliseconds }) =>
      `${(milliseconds / best.milliseconds).toFixed(1)} times as fast as ${nameOf(backend.device)}`,
  );
  return {
    backend: best.backend,
    reports,
    note: `${nameOf(best.backend.device)}: ${comparison.join(', ')} in a short trial.`,
  };
}

/** Whether it is worth a trial. The CPU always is: what it lacks in speed, every other device would lack as well. */
function isUsable({ backend, test }: Candidate): boolean {
  return test.passed && (backend.device === 'cpu' || test.milliseconds <= longestSelfTestMs);
}

interface Examined {
  readonly report: BackendReport;
  readonly candidate?: Candidate;
}

async function examine(device: DeviceName): Promise<Examined> {
  const missing = device === 'webgpu' ? adapterMissing() : undefined;
  if (missing !== undefined) {
    return { report: { backend: 'onnx', device, available: false, detail: missing } };
  }
  const candidate = await tested(device);
  return { report: reportOf(candidate), candidate };
}

async function tested(device: DeviceName): Promise<Candidate> {
  const backend = new OnnxBackend(device);
  const known = passedTests.get(device);
  if (known !== undefined) return { backend, test: known };
  const test = await backend.selfTest();
  if (test.passed) passedTests.set(device, test);
  return { backend, test };
}

async function speedOf(backend: Backend, threads: number, toBeat: number): Promise<number> {
  const key = `${backend.device} ${String(threads)}`;
  const milliseconds = measuredSpeeds.get(key) ?? (await millisecondsPerStep(backend, threads, toBeat));
  measuredSpeeds.set(key, milliseconds);
  return milliseconds;
}

function reportOf({ backend, test }: Candidate): BackendReport {
  return {
    backend: backend.name,
    device: backend.device,
    available: test.passed,
    detail: test.passed && test.milliseconds > longestSelfTestMs ? `${test.detail}, but very slowly` : test.detail,
    milliseconds: Math.round(test.milliseconds),
  };
}

/** What the runtime's package for this platform carries; the CPU comes first. */
function supportedDevices(): DeviceName[] {
  const bundled = listSupportedBackends().flatMap(({ name, bundled }) => (bundled ? [name] : []));
  return deviceNames.filter((device) => device === 'cpu' || bundled.includes(device));
}

const names: Readonly<Record<DeviceName, string>> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  dml: 'DirectML',
  coreml: 'CoreML',
  cuda: 'CUDA',
};

function nameOf(device: DeviceName): string {
  return names[device];
}
