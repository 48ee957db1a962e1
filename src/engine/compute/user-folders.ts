/** The folders that the user's programs keep their things in, as each system has them. */
import os from 'node:os';
import path from 'node:path';

/** `cache` may be emptied by anybody at any time, `data` not. */
type UserFolder = 'cache' | 'data';
type System = 'windows' | 'mac' | 'other';

/** The variable that names a folder; and where it is, below the home folder, if that holds no absolute one. */
type Place = readonly [variable: string, ...below: string[]];

const onWindows: Place = ['LOCALAPPDATA', 'AppData', 'Local'];
const places: Readonly<Record<UserFolder, Readonly<Record<System, Place>>>> = {
  cache: {
    windows: onWindows,
    mac: ['XDG_CACHE_HOME', 'Library', 'Caches'],
    other: ['XDG_CACHE_HOME', '.cache'],
  },
  data: {
    windows: onWindows,
    mac: ['XDG_DATA_HOME', 'Library', 'Application Support'],
    other: ['XDG_DATA_HOME', '.local', 'share'],
  },
};

export function userFolder(kind: UserFolder, environment: NodeJS.ProcessEnv): string {
  const [variable, ...below] = places[kind][systemOf(process.platform)];
  const named = environment[variable];
  return named !== undefined && path.isAbsolute(named) ? named : path.join(os.homedir(), ...below);
}

function systemOf(platform: NodeJS.Platform): System {
  if (platform === 'win32') return 'windows';
  return platform === 'darwin' ? 'mac' : 'other';
}
