/** Other detectors on the same files, in a Python of their own. */
import { execFileSync, spawn, type ExecFileSyncOptions } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import type { MadeSet } from './sets';

const packages = ['numpy', 'pillow', 'scikit-learn', 'pyod'];

const peersSchema = v.record(
  v.string(),
  v.object({ auroc: v.number(), averagePrecision: v.number(), seconds: v.number() }),
);
type PeerQuality = v.InferOutput<typeof peersSchema>;

/** @param shape what the network saw, [channels, height, width]: the peers see the same */
export async function askPeers(root: string, set: MadeSet, shape: readonly number[]): Promise<PeerQuality> {
  const child = spawn(pythonWithPeers(root), [path.join(root, 'bench', 'quality', 'peers.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify({ ...set, shape }));
  return v.parse(v.pipe(v.string(), v.parseJson(), peersSchema), await text(child.stdout));
}

/** ANOMALY_REVIEW_PYTHON names an interpreter that has the packages; else a virtual environment is made once. */
function pythonWithPeers(root: string): string {
  const named = process.env['ANOMALY_REVIEW_PYTHON'];
  if (named !== undefined && named !== '') return named;
  const folder = path.join(root, '.cache', 'bench-peers');
  const [scripts, executable] = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const python = path.join(folder, scripts, executable);
  if (!existsSync(python)) {
    mkdirSync(path.join(root, '.cache'), { recursive: true });
    // The table is on standard output.
    const show: ExecFileSyncOptions = { stdio: ['ignore', 'ignore', 'inherit'] };
    execFileSync(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder], show);
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...packages], show);
  }
  return python;
}
