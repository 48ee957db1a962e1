/** Whether runs are the parts of one: of the same images, by the same model, with the same settings, each once. */
import * as l10n from '@vscode/l10n';
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { UserError } from '../../shared/errors';
import type { RunRecord } from '../../shared/run';
import type { NamedTensors } from '../compute/backend';
import { shardRange } from '../dataset/shard-source';
import { RunFolder } from '../runs/run-folder';
import { readModel } from './model-files';

/** A finished run of a part of the images. */
export interface ShardRun {
  readonly run: RunFolder;
  readonly shard: NonNullable<RunRecord['shard']>;
  readonly record: RunRecord;
}

/** Where it was computed changes no result that matters; a part may come from any machine. */
const ownSettings: ReadonlySet<string> = new Set(['backend', 'device', 'threads', 'batchSize']);

/** In the order of their images. @throws UserError `settings-invalid` that names the runs which do not fit */
export async function openShards(folders: readonly string[]): Promise<[ShardRun, ...ShardRun[]]> {
  const places = new Set<string>();
  const shards: ShardRun[] = [];
  for (const folder of folders) {
    const shard = await openShard(folder);
    const place = await realpath(shard.run.folder);
    if (places.has(place)) throw refusal(l10n.t('{0} is named twice. Name each part once.', shard.run.folder));
    places.add(place);
    shards.push(shard);
  }
  const [first, ...others] = shards.sort((one, other) => one.shard.start - other.shard.start);
  if (!first) throw refusal(l10n.t('Name the runs that are to be joined.'));
  const model = await modelDigests(first);
  for (const other of others) {
    requireSameImages(first, other);
    const { network, usual } = await modelDigests(other);
    if (network !== model.network) throw mixed(first, other, l10n.t('the model'));
    requireSameSettings(first, other);
    if (usual !== model.usual) throw differentlyUsual(first, other);
  }
  requireComplete([first, ...others]);
  return [first, ...others];
}

async function openShard(folder: string): Promise<ShardRun> {
  const run = await RunFolder.open(folder);
  const { record } = run;
  if (!record.request.shard) {
    throw refusal(
      l10n.t(
        '{0} is no part of a run. Parts are made by “anomaly-review score RUN SOURCE --shard 1/2”, and so on.',
        run.folder,
      ),
    );
  }
  if (record.status !== 'done' || !record.shard) {
    throw refusal(
      l10n.t('{0} is not finished. Let it end, or go on with “anomaly-review resume {0}”, then join.', run.folder),
    );
  }
  return { run, record, shard: record.shard };
}

function requireSameImages(one: ShardRun, other: ShardRun): void {
  if (one.shard.images !== other.shard.images || one.shard.fingerprint !== other.shard.fingerprint) {
    throw refusal(
      l10n.t(
        '{0} and {1} are parts of different images: {2} and {3}, or some came, went or changed in between. Score the parts of one data set.',
        one.run.folder,
        other.run.folder,
        one.record.request.source,
        other.record.request.source,
      ),
    );
  }
}

function requireSameSettings(one: ShardRun, other: ShardRun): void {
  if ((one.record.request.labels === undefined) !== (other.record.request.labels === undefined)) {
    throw mixed(one, other, 'labels');
  }
  const [settings, others] = [one, other].map(({ record }) => new Map(Object.entries(record.request.settings)));
  for (const name of new Set([...(settings?.keys() ?? []), ...(others?.keys() ?? [])])) {
    if (ownSettings.has(name)) continue;
    if (JSON.stringify(settings?.get(name)) !== JSON.stringify(others?.get(name))) throw mixed(one, other, name);
  }
}

/**
 * The same network with other statistics: another version of the program may have other scores. And where parts have areas
 * that the trained run had not, each works out what is usual, and two machines come to slightly different numbers.
 */
function differentlyUsual(one: ShardRun, other: ShardRun): UserError {
  if (versionOf(one) !== versionOf(other) || scoresOf(one) !== scoresOf(other)) {
    return refusal(
      l10n.t(
        '{0} and {1} were scored by different versions of the program ({2} with the scores {3}; {4} with the scores {5}). Score all parts by one version.',
        one.run.folder,
        other.run.folder,
        versionOf(one),
        scoresOf(one),
        versionOf(other),
        scoresOf(other),
      ),
    );
  }
  if (one.record.request.settings.areas === undefined) return mixed(one, other, l10n.t('the model'));
  return refusal(
    l10n.t(
      '{0} and {1} differ in what is usual with the areas, which each worked out by itself. Give the trained run the areas once, by “anomaly-review rescore”, and score all parts with it.',
      one.run.folder,
      other.run.folder,
    ),
  );
}

function versionOf({ record }: ShardRun): string {
  return record.versions['anomaly-review'] ?? '?';
}

function scoresOf({ record }: ShardRun): string {
  return record.scores.map(({ name }) => name).join(', ');
}

/** By content: on another machine the same model lies elsewhere. */
async function modelDigests({ run, record }: ShardRun): Promise<{ network: string; usual: string }> {
  const { spec, weights, statistics } = await readModel(run);
  return {
    network: digestOf(JSON.stringify(spec), weights),
    usual: digestOf(JSON.stringify(record.scores), statistics),
  };
}

function digestOf(head: string, tensors: NamedTensors): string {
  const hash = createHash('sha256').update(head);
  for (const [name, { shape, data }] of tensors) {
    hash.update(JSON.stringify([name, shape]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

function mixed(one: ShardRun, other: ShardRun, what: string): UserError {
  return refusal(
    l10n.t(
      '{0} and {1} differ in {2}. Score all parts with the same model and settings.',
      one.run.folder,
      other.run.folder,
      what,
    ),
  );
}

/** Throws when an image is in no part, or in two. @param shards by their first images */
function requireComplete(shards: readonly ShardRun[]): void {
  let next = 0;
  let before: ShardRun | undefined;
  for (const shard of shards) {
    const { start } = shard.shard;
    if (start < next && before) {
      throw refusal(
        l10n.t(
          '{0} and {1} both hold image {2} of {3}. Leave one of them out.',
          before.run.folder,
          shard.run.folder,
          start + 1,
          shard.shard.images,
        ),
      );
    }
    if (start > next) throw gap(next, start, shard);
    next = start + shard.record.images;
    before = shard;
  }
  if (before && next < before.shard.images) throw gap(next, before.shard.images, before);
}

function gap(from: number, to: number, { shard, record }: ShardRun): UserError {
  const { of = 1 } = record.request.shard ?? {};
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter((index) => {
    const { start } = shardRange(shard.images, { index, of });
    return start >= from && start < to;
  });
  return refusal(
    l10n.t(
      'Images {0} to {1} of {2} are in none of the runs. Score what is missing, part {3}, and name its run as well.',
      from + 1,
      to,
      shard.images,
      missing.map((index) => `${index}/${of}`).join(', '),
    ),
  );
}

function refusal(sentence: string): UserError {
  return new UserError('settings-invalid', sentence);
}
