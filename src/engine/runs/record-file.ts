/** run.json: its schema, which keeps damaged and foreign files out. */
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import type { RunRecord } from '../../shared/run';
import { runPhases } from '../../shared/run';
import { errorCodes } from '../../shared/errors';
import { areaSchema, deviceNames, scanRequestSchema } from '../../shared/settings';

export const recordVersion = 1;
export const recordFileName = 'run.json';

/** JSON has no NaN; what was one comes back as one. */
const real = v.pipe(
  v.nullable(v.number()),
  v.transform((value) => value ?? NaN),
);
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

const epochSchema = v.object({
  epoch: whole,
  trainLoss: real,
  validationLoss: v.exactOptional(real),
  separation: v.exactOptional(real),
  scoredSeparation: v.exactOptional(real),
  learningRate: real,
  seconds: real,
  imagesPerSecond: real,
});

const unitsSchema = v.object({ start: real, scale: v.pipe(real, v.gtValue(0)) });

export const recordSchema: v.GenericSchema<unknown, RunRecord> = v.object({
  version: v.literal(recordVersion),
  request: scanRequestSchema,
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  versions: v.record(v.string(), v.string()),
  status: v.picklist(['running', 'done', 'stopped', 'interrupted', 'failed']),
  phase: v.picklist(runPhases),
  error: v.exactOptional(v.object({ code: v.picklist(errorCodes), message: v.string() })),
  images: whole,
  unreadable: whole,
  flagged: v.exactOptional(whole),
  inputShape: v.exactOptional(v.tuple([whole, whole, whole])),
  model: v.exactOptional(v.object({ preset: v.string(), parameters: whole, latent: whole })),
  backbone: v.exactOptional(
    v.object({
      file: v.string(),
      sha256: v.string(),
      size: v.tuple([whole, whole]),
      mean: v.array(v.number()),
      std: v.array(v.number()),
    }),
  ),
  backend: v.exactOptional(v.string()),
  device: v.exactOptional(v.picklist(deviceNames)),
  threads: v.exactOptional(whole),
  deviceNote: v.exactOptional(v.string()),
  epochs: v.array(epochSchema),
  plannedEpochs: v.exactOptional(whole),
  bestEpoch: v.exactOptional(whole),
  scores: v.array(
    v.object({
      name: v.string(),
      calibration: v.exactOptional(v.object({ logMedian: real, logScale: real })),
      weight: v.exactOptional(real),
      blend: v.exactOptional(
        v.object({ weights: v.record(v.string(), real), learned: unitsSchema, composite: unitsSchema }),
      ),
      usual: v.exactOptional(
        v.object({
          median: real,
          deviation: real,
          upperQuartile: real,
          ninetieth: real,
          joined: v.exactOptional(v.literal(true)),
        }),
      ),
    }),
  ),
  errorScale: v.exactOptional(real),
  shard: v.exactOptional(v.object({ start: whole, images: whole, fingerprint: v.string() })),
  rescored: v.exactOptional(whole),
  rescoring: v.exactOptional(v.array(areaSchema)),
  seconds: v.object({
    read: v.exactOptional(real),
    baseline: v.exactOptional(real),
    train: v.exactOptional(real),
    score: v.exactOptional(real),
    total: v.exactOptional(real),
  }),
  imagesPerSecond: v.exactOptional(v.object({ train: v.exactOptional(real), score: v.exactOptional(real) })),
  peakMemoryBytes: v.exactOptional(v.number()),
  notes: v.array(v.string()),
});

/** The record of `text`, or what is wrong with it as the end of a sentence. */
export function parseRecord(text: string): RunRecord | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return l10n.t('is not valid JSON');
  }
  const versioned = v.safeParse(v.object({ version: v.number() }), json);
  if (versioned.success && versioned.output.version > recordVersion) {
    return l10n.t('was written by a newer version of Anomaly Review (format {0})', versioned.output.version);
  }
  const parsed = v.safeParse(recordSchema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  return l10n.t('is damaged at “{0}”: {1}', v.getDotPath(issue) ?? l10n.t('its top'), issue.message);
}
