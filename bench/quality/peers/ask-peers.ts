/** Other detectors on the same files, in Pythons of their own: what they need does not go together. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { pythonWith } from '../../python';
import type { MadeSet } from '../sets';

interface Peers {
  /** Of the script beside this file, and of its virtual environment. */
  readonly name: 'pixels' | 'features';
  readonly packages: readonly string[];
  /** There is no build of it for every system and version of Python. */
  readonly optional?: true;
}

const allPeers: readonly Peers[] = [
  { name: 'pixels', packages: ['numpy', 'pillow', 'scikit-learn', 'pyod'] },
  { name: 'features', packages: ['fastdup', 'scikit-learn'], optional: true },
];

const qualitiesSchema = v.record(
  v.string(),
  v.object({ auroc: v.number(), averagePrecision: v.number(), seconds: v.number() }),
);
type PeerQuality = v.InferOutput<typeof qualitiesSchema>;

/** @param shape what the network saw, [channels, height, width]: those that look at pixels see the same */
export async function askPeers(root: string, set: MadeSet, shape: readonly number[]): Promise<PeerQuality> {
  const found: PeerQuality = {};
  for (const peers of allPeers) {
    const python = pythonFor(peers, root);
    if (python === undefined) continue;
    const script = path.join(root, 'bench', 'quality', 'peers', `${peers.name}.py`);
    const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(JSON.stringify({ ...set, shape }));
    Object.assign(found, v.parse(v.pipe(v.string(), v.parseJson(), qualitiesSchema), await text(child.stdout)));
  }
  return found;
}

/** Undefined where an optional one cannot be made. */
function pythonFor({ name, packages, optional }: Peers, root: string): string | undefined {
  try {
    return pythonWith(packages, root, `bench-peers-${name}`);
  } catch (error) {
    if (!optional) throw error;
    process.stderr.write(`Without ${packages.join(', ')}, which could not be installed here.\n`);
    return undefined;
  }
}
