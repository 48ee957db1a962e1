/** Which lowering a device trains with: the fastest that passes the self-test there. */
import type { DeviceName } from '../../../shared/settings';
import type { SelfTest } from '../backend';
import { blockSize } from './blocked/block-size';
import { blockedLowering } from './blocked/lowering';
import { type Lowering, plainLowering } from './lowering';
import { testDevice } from './self-test';

export interface LoweringChoice {
  readonly lowering: Lowering;
  readonly test: SelfTest;
}

const passed = new Map<DeviceName, LoweringChoice>();

/** Tests once a process; a device that failed is tried again when asked again. */
export async function chooseLowering(device: DeviceName): Promise<LoweringChoice> {
  const known = passed.get(device);
  if (known !== undefined) return known;
  const choice = (await blockedChoice(device)) ?? {
    lowering: plainLowering,
    test: await testDevice(device, plainLowering),
  };
  if (choice.test.passed) passed.set(device, choice);
  return choice;
}

/** Blocks belong to the CPU provider's own kernels: not there on every processor, and internal, so they must prove right. */
async function blockedChoice(device: DeviceName): Promise<LoweringChoice | undefined> {
  const block = device === 'cpu' ? await blockSize() : 1;
  if (block === 1) return undefined;
  const lowering = blockedLowering(block);
  const test = await testDevice(device, lowering);
  return test.passed ? { lowering, test } : undefined;
}
