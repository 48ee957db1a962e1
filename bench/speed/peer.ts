/** PyTorch's side of the comparison: peer.py in a process of its own. */
import { join } from 'node:path';
import * as v from 'valibot';
import { Conversation } from './conversation';
import { networks } from './networks';
import type { Clock, Mode } from './ours';
import { pythonWithTorch } from '../python';

/** PyTorch is compared at its best: which memory layout is faster differs from network to network. */
export const layouts = ['channels_last', 'contiguous'] as const;
export type Layout = (typeof layouts)[number];

const helloSchema = v.object({ torch: v.string() });
const measuredSchema = v.object({ imagesPerSecond: v.number() });

export class Peer {
  private constructor(
    private readonly talk: Conversation,
    readonly version: string,
  ) {}

  /** @param python an interpreter with torch and numpy; absent: one that is found or made */
  static async start(root: string, threads: number, python = pythonWithTorch(root)): Promise<Peer> {
    const talk = Conversation.open('PyTorch', python, [join(root, 'bench', 'speed', 'peer.py')]);
    const specs = Object.fromEntries(networks.map(({ name, spec }) => [name, spec]));
    const { torch } = await talk.ask({ networks: specs, threads }, helloSchema);
    return new Peer(talk, torch);
  }

  async imagesPerSecond(
    network: string,
    mode: Mode,
    layout: Layout,
    batch: number,
    keep: number,
    seconds: number,
    clock: Clock,
  ): Promise<number> {
    const answer = await this.talk.ask({ network, mode, layout, batch, keep, seconds, clock }, measuredSchema);
    return answer.imagesPerSecond;
  }

  close(): Promise<void> {
    return this.talk.close();
  }
}
