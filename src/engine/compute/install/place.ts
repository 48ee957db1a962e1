/** Where the prepared TensorFlow lies: the user's own storage, never this program's folder. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { userFolder } from '../user-folders';

/** Names a folder that was prepared elsewhere; the editor passes its setting on in it. */
export const folderVariable = 'ANOMALY_REVIEW_TENSORFLOW';

/** Names the editor's storage for backends, which goes before the user's data folder where something is in it. */
export const storageVariable = 'ANOMALY_REVIEW_BACKENDS';

/** Whether a person named the folder, rather than this program. */
export function isFolderNamed(environment: NodeJS.ProcessEnv = process.env): boolean {
  return given(environment, folderVariable) !== undefined;
}

/** Where TensorFlow is looked for; it need not be there. */
export function tensorFlowFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const named = given(environment, folderVariable);
  if (named !== undefined) return path.resolve(named);
  const storage = given(environment, storageVariable);
  const stored = storage === undefined ? undefined : path.join(path.resolve(storage), 'tensorflow');
  if (stored !== undefined && existsSync(stored)) return stored;
  return path.join(userFolder('data', environment), 'anomaly-review', 'backends', 'tensorflow');
}

function given(environment: NodeJS.ProcessEnv, variable: string): string | undefined {
  const text = environment[variable]?.trim();
  return text === '' ? undefined : text;
}
