import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../shared/errors';
import { exitStatus } from '../exit-status';
import { shellQuoted } from '../command-line';
import type { Verb } from '../verb';

const names = ['speed', 'quality', 'marks', 'reading', 'waiting', 'memory', 'panel'];

export const bench: Verb = {
  name: 'bench',
  summary: 'measures speed, quality and the like here and keeps the figures; only in a checkout of the sources',
  declare: (command) => {
    command
      .argument('<what>', `one of ${names.join(', ')}`)
      .argument('[options...]', 'its own options, such as --quick; the head of bench/<what>/run.ts lists them')
      .allowUnknownOption();
  },
  run: async ([name = '', ...options]) => {
    if (!names.includes(name)) {
      throw new UserError('settings-invalid', `bench needs one of ${names.join(', ')}, not “${name}”.`);
    }
    const root = checkout();
    const script = path.join(root, 'scripts', 'bench.mjs');
    if (!existsSync(script) || !existsSync(path.join(root, 'bench', name))) {
      throw new UserError(
        'settings-invalid',
        `The benches are part of the sources only, and ${root} has none. Clone the repository, run npm install in it, then: node scripts/bench.mjs ${[name, ...options].map(shellQuoted).join(' ')}`,
      );
    }
    const child = spawn(process.execPath, [script, name, ...options], { cwd: root, stdio: 'inherit' });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('exit', resolve);
    });
    return code === 0 ? exitStatus.done : exitStatus.broken;
  },
};

/** What the program's own folder, dist, lies in. */
function checkout(): string {
  const script = process.argv[1] ?? '';
  return path.dirname(path.dirname(existsSync(script) ? realpathSync(script) : script));
}
