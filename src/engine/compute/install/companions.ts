/** What goes with TensorFlow's own wheel: NVIDIA's libraries, for the variant that computes on CUDA devices. */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Wheel } from './release';
import { getWheel, unpackWheel, type ByteProgress, type WheelSource } from './wheel';

export interface CompanionPlan extends WheelSource {
  /** The package's folder, with the library in `deps/lib`. */
  readonly addon: string;
  readonly progress: (phase: 'download' | 'unpack') => ByteProgress;
  readonly signal: AbortSignal;
}

/**
 * Puts the libraries to `deps/nvidia/NAME/lib`: TensorFlow's library looks for them in `$ORIGIN/../nvidia/NAME/lib`
 * (its RUNPATH), and they for each other in their wheels' own layout, so that nobody has to set LD_LIBRARY_PATH.
 * One wheel at a time, as together they take gigabytes.
 * @throws UserError `backend-unavailable` when one cannot be had, is another file, or is damaged; or `cancelled`
 */
export async function placeCompanions(companions: readonly Wheel[], plan: CompanionPlan): Promise<void> {
  const { addon, progress, signal } = plan;
  const total = companions.reduce((sum, { wheelBytes }) => sum + wheelBytes, 0);
  const folder = path.join(addon, 'download');
  let before = 0;
  for (const wheel of companions) {
    await mkdir(folder);
    const onBytes: ByteProgress = (done) => progress('download')(before + done, total);
    const file = await getWheel(wheel, amongSeveral(plan, wheel), folder, onBytes, signal);
    await unpackWheel(file, path.join(addon, 'deps'), progress('unpack'), signal);
    await rm(folder, { recursive: true });
    before += wheel.wheelBytes;
  }
}

/** Where wheels are there already, a folder is named that holds them all. */
export function amongSeveral({ file, index }: WheelSource, { wheel }: Wheel): WheelSource {
  return { file: file === undefined ? undefined : path.join(file, wheel), index };
}
