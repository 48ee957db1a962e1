/** What a folder that nobody vouches for may not make this extension do. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../shared/errors';
import type { ScanRequest } from '../shared/settings';

/**
 * A run folder comes with a workspace and may name a network file of its own, which a native library would load.
 * @throws UserError `not-supported` in restricted mode
 */
export function refuseUntrusted({ settings: { backbone } }: ScanRequest, isTrusted: boolean): void {
  if (isTrusted || backbone === undefined) return;
  throw new UserError(
    'not-supported',
    l10n.t(
      'This workspace is not trusted, and this run loads a network from the file “{file}”. Trust the workspace (command “Workspaces: Manage Workspace Trust”), or scan without that file.',
      { file: backbone },
    ),
  );
}
