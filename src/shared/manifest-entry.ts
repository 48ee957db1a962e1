/** The one form in which an image of the manifest is read back, from the manifest itself and from a cache's journal. */
import * as v from 'valibot';
import type { ManifestEntry } from './run';

export const manifestEntrySchema: v.GenericSchema<unknown, ManifestEntry> = v.object({
  path: v.string(),
  sha256: v.string(),
  bytes: v.number(),
  modifiedMs: v.number(),
  width: v.number(),
  height: v.number(),
  error: v.exactOptional(v.string()),
});
