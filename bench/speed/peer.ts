/** PyTorch's side of the comparison: peer.py in a process of its own, one JSON line a question. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import type { NetworkSpec } from '../../src/engine/model/spec';
import { pythonWithTorch } from './python';

/** PyTorch is compared at its best: which memory layout is faster differs from network to network. */
export const layouts = ['channels_last', 'contiguous'] as const;

export interface Peer {
  readonly version: string;
  imagesPerSecond(network: string, mode: 'train' | 'score', layout: string, seconds: number): Promise<number>;
  close(): void;
}

export async function startPeer(
  root: string,
  networks: ReadonlyMap<string, NetworkSpec>,
  threads: number,
): Promise<Peer> {
  const script = join(root, 'bench', 'speed', 'peer.py');
  const child = spawn(pythonWithTorch(root), [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ask = async (question: unknown): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const line = await lines.next();
    if (line.done === true) throw new Error('PyTorch’s process ended; its message is above.');
    return JSON.parse(line.value);
  };
  const hello = await ask({ networks: Object.fromEntries(networks), threads });
  const { torch } = v.parse(v.object({ torch: v.string() }), hello);
  return {
    version: torch,
    async imagesPerSecond(network, mode, layout, seconds) {
      const answer = await ask({ network, mode, layout, seconds });
      return v.parse(v.object({ imagesPerSecond: v.number() }), answer).imagesPerSecond;
    },
    close: () => child.stdin.end(),
  };
}
