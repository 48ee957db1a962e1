/** What goes wrong on a device that the CPU does not share: told from every other error, so that a run can go on. */
import * as l10n from '@vscode/l10n';
import { deviceTitles } from '../../shared/device-names';
import { UserError } from '../../shared/errors';
import type { DeviceName } from '../../shared/settings';
import type { Backend } from './backend';

export type FaultKind = 'memory' | 'lost' | 'wrong' | 'diverged' | 'failed';

export class DeviceFault extends Error {
  override readonly name = 'DeviceFault';

  /** @param reason what the runtime or the check said, without a full stop */
  constructor(
    readonly backend: string,
    readonly device: DeviceName,
    readonly kind: FaultKind,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${deviceTitles[device]}: ${reason}`, options);
  }

  /** What happened, as a sentence that another may follow. */
  get sentence(): string {
    const device =
      this.backend === 'onnx' ? deviceTitles[this.device] : l10n.t('TensorFlow on {0}', deviceTitles[this.device]);
    switch (this.kind) {
      case 'memory':
        return l10n.t('{0} has too little memory for this network and batch ({1}).', device, this.reason);
      case 'lost':
        return l10n.t('{0} was lost, as when its driver is reset or it is unplugged ({1}).', device, this.reason);
      case 'wrong':
        return l10n.t('{0} computes wrongly: {1}.', device, this.reason);
      case 'diverged':
        return l10n.t('On {0} {1}, which may be the device’s doing or the training’s.', device, this.reason);
      case 'failed':
        return l10n.t('{0} failed: {1}.', device, this.reason);
    }
  }
}

/** The device that is always there: what fails on it fails everywhere. */
export function isHost({ name, device }: Pick<Backend, 'name' | 'device'>): boolean {
  return name === 'onnx' && device === 'cpu';
}

/**
 * The same backend, whose failures in computing are {@link DeviceFault}s. What the user can mend by other settings
 * stays the UserError it is. The host's errors stay as they are.
 */
export function guardDevice(backend: Backend): Backend {
  if (isHost(backend)) return backend;
  const told = (error: unknown) => toFault(backend, error);
  const guard = async <T extends object>(opening: Promise<T>): Promise<T> => {
    try {
      return guardMethods(await opening, told);
    } catch (error) {
      throw told(error);
    }
  };
  return {
    name: backend.name,
    device: backend.device,
    versions: backend.versions,
    selfTest: () => backend.selfTest(),
    createTrainer: (spec, options) => guard(backend.createTrainer(spec, options)),
    createScorer: (spec, options) => guard(backend.createScorer(spec, options)),
    createDecoder: (spec, options) => guard(backend.createDecoder(spec, options)),
    exportModel: (spec, weights, metadata) => backend.exportModel(spec, weights, metadata),
  };
}

/** Every method's rejection, and what it throws, goes through `told`. */
function guardMethods<T extends object>(target: T, told: (error: unknown) => unknown): T {
  return new Proxy(target, {
    get(from, key): unknown {
      const member: unknown = Reflect.get(from, key);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]): unknown => {
        try {
          const result: unknown = Reflect.apply(member, from, given);
          return result instanceof Promise
            ? result.catch((error: unknown) => {
                throw told(error);
              })
            : result;
        } catch (error) {
          throw told(error);
        }
      };
    },
  });
}

function toFault({ name, device }: Backend, error: unknown): unknown {
  // A range error is a call that no device would take.
  if (error instanceof UserError || error instanceof DeviceFault || error instanceof RangeError) return error;
  const reason = reasonOf(error);
  return new DeviceFault(name, device, kindOf(reason), reason, { cause: error });
}

const memorySigns =
  /out of (device )?memory|outofmemory|\boom\b|bad.?alloc|failed to allocate|allocation failed|cudaErrorMemoryAllocation|resource exhausted|(exceeds|larger than) the (max|limit)|max[a-z]*buffer/i;
const lostSigns =
  /device (is |was |has been )?(lost|removed|hung|reset|destroyed)|lost device|device_?(removed|hung|reset)|887a000[567]|instance (was )?dropped|unspecified launch failure/i;

function kindOf(reason: string): FaultKind {
  if (memorySigns.test(reason)) return 'memory';
  return lostSigns.test(reason) ? 'lost' : 'failed';
}

const longestReason = 300;

/** The runtime's errors begin with a place in its own sources, which says nothing to a person, and may be pages long. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const plain = message
    .replace(/^.*was false\. /s, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  return plain.length > longestReason ? `${plain.slice(0, longestReason)}…` : plain;
}
