/** review.json: what a person said. Small, sorted, and never overwritten when it cannot be understood. */
import * as l10n from '@vscode/l10n';
import { readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { UserError } from '../../shared/errors';
import type { Review } from '../../shared/run';
import { thresholdSettingSchema } from '../../shared/settings';
import { systemCode, writeAtomically } from './atomic';
import { sortedJson } from './sorted-json';

const reviewVersion = 1;

const reviewSchema: v.GenericSchema<unknown, Review> = v.object({
  version: v.literal(reviewVersion),
  score: v.string(),
  threshold: thresholdSettingSchema,
  unreadable: v.picklist(['flag', 'keep']),
  decisions: v.record(
    v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'Expected a SHA-256 in hexadecimal')),
    v.picklist(['bad', 'good']),
  ),
  learn: v.exactOptional(v.boolean()),
});

export const reviewFileName = 'review.json';

export interface StoredReview {
  /** Absent when there is none, or none that can be understood. */
  readonly review?: Review;
  /** What happened to a damaged file. */
  readonly note?: string;
}

/**
 * Reads a run's review. A damaged one is moved aside and named in the note. Throws `run-invalid` for one of a newer
 * version, which is left alone.
 */
export async function readReviewFile(folder: string): Promise<StoredReview> {
  const file = path.join(folder, reviewFileName);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return {};
    throw new UserError(
      'run-invalid',
      l10n.t('The review “{0}” cannot be read ({1}).', file, systemCode(error) ?? String(error)),
      {
        cause: error,
      },
    );
  }
  const json = parseJson(text);
  const versioned = v.safeParse(v.object({ version: v.number() }), json);
  if (versioned.success && versioned.output.version > reviewVersion) {
    throw new UserError(
      'run-invalid',
      l10n.t('“{0}” was written by a newer version of Anomaly Review. Update to open it; nothing was changed.', file),
    );
  }
  const parsed = v.safeParse(reviewSchema, json);
  if (parsed.success) return { review: parsed.output };
  const aside = path.join(folder, `review.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}.json`);
  await rename(file, aside).catch((error: unknown) => {
    // Another window was quicker.
    if (systemCode(error) !== 'ENOENT') throw error;
  });
  return { note: l10n.t('The review was damaged and is kept as “{0}”; the decisions in it are not shown.', aside) };
}

/** Throws `disk-full` or `not-writable`. */
export async function writeReviewFile(folder: string, review: Review): Promise<void> {
  const checked = v.parse(reviewSchema, review);
  await writeAtomically(path.join(folder, reviewFileName), `${sortedJson(checked)}\n`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
