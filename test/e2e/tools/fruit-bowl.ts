/** A folder whose sub-folders label its images, one of each kind wrongly, and what its only run says on disk. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from '../../editor/places';
import type { Session } from '../session';

const sample = readdirSync(inRoot('samples/apples')).sort();
const odd = readFileSync(inRoot('samples/apples-labels.txt'), 'utf8')
  .split('\n')
  .filter((line) => line.endsWith(' 1'))
  .map((line) => line.slice(0, -2));
const usual = sample.filter((name) => !odd.includes(name));
const [stray = '', ...strangers] = odd;
/** An apple among the foreign fruit, as the labels say wrongly. */
const misplaced = usual[40] ?? '';

/** Names as the panel has them, in data-set order. */
export const bowl: readonly string[] = [
  ...[...strangers, misplaced].sort().map((name) => `foreign/${name}`),
  ...[...usual.slice(0, 40), stray].sort().map((name) => `good/${name}`),
];

export const isForeign = (name: string): boolean => name.startsWith('foreign/');

/** Puts it into the workspace, as `fruit`. */
export function fillBowl({ editor }: Session): void {
  for (const folder of ['foreign', 'good'])
    mkdirSync(path.join(editor.workspace, 'fruit', folder), { recursive: true });
  for (const name of bowl)
    cpSync(inRoot('samples/apples', path.basename(name)), path.join(editor.workspace, 'fruit', name));
}

/** `review.json` or `run.json` of the workspace's only run. */
export function onDisk({ editor }: Session, file: 'review.json' | 'run.json'): unknown {
  const runs = path.join(editor.workspace, '.anomaly-review');
  const found = readdirSync(runs)
    .map((run) => path.join(runs, run, file))
    .find((candidate) => existsSync(candidate));
  return found === undefined ? undefined : JSON.parse(readFileSync(found, 'utf8'));
}

/** Names of the images that review.json marks so, which it knows by their content. */
export function markedOnDisk(session: Session, decision: 'bad' | 'good'): string[] {
  const review = onDisk(session, 'review.json');
  if (typeof review !== 'object' || review === null || !('decisions' in review)) return [];
  const decisions = new Map(Object.entries(review.decisions ?? {}));
  return bowl.filter(
    (name) => decisions.get(contentHash(path.join(session.editor.workspace, 'fruit', name))) === decision,
  );
}

function contentHash(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
