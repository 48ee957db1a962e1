import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import { judge } from '../../shared/judgement';
import type { MoveReport } from '../../shared/moves';
import type { RunState } from '../pipeline/run-state';
import { quarantine } from '../quarantine/quarantine';
import { openTaught } from './teacher';

/** Moves the files that the review flags now. @throws UserError `run-invalid` without scores, else as {@link quarantine} */
export async function quarantineFlagged(
  state: RunState,
  folder: string,
  options: { dryRun: boolean; signal: AbortSignal },
): Promise<MoveReport> {
  const judgement = judge(await openTaught(state));
  if (!judgement) {
    throw new UserError(
      'run-invalid',
      l10n.t('The run {run} has no scores yet. Let it go on first.', { run: state.run.folder }),
    );
  }
  return quarantine({ run: state.run, manifest: state.manifest, flags: judgement.flags }, folder, options);
}
