/** Where the prepared TensorFlow lies: the user's own storage, never this program's folder. */
import os from 'node:os';
import path from 'node:path';

/** Names a folder that was prepared elsewhere; the editor passes its setting on in it. */
export const folderVariable = 'ANOMALY_REVIEW_TENSORFLOW';

export function tensorFlowFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment[folderVariable]?.trim();
  if (named !== undefined && named !== '') return path.resolve(named);
  return path.join(dataFolder(environment), 'anomaly-review', 'backends', 'tensorflow');
}

function dataFolder(environment: NodeJS.ProcessEnv): string {
  const home = os.homedir();
  const named = environment[process.platform === 'win32' ? 'LOCALAPPDATA' : 'XDG_DATA_HOME'];
  if (named !== undefined && path.isAbsolute(named)) return named;
  if (process.platform === 'win32') return path.join(home, 'AppData', 'Local');
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Application Support');
  return path.join(home, '.local', 'share');
}
