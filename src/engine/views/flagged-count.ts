/** How many images the review flags: kept in run.json, for lists of runs. */
import { UserError } from '../../shared/errors';
import { judge } from '../../shared/judgement';
import type { RunState } from '../pipeline/run-state';
import { openTaught } from './teacher';

/** Undefined where the review cannot be applied: a threshold that lacks what it needs is told where the run is looked at. */
export async function flaggedCount(state: RunState): Promise<number | undefined> {
  try {
    return judge(await openTaught(state))?.flagged;
  } catch (error) {
    if (error instanceof UserError && error.code === 'settings-invalid') return undefined;
    throw error;
  }
}
