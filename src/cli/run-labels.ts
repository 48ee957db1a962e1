/** Labels for a run's images, with what did not match told on stderr. */
import { readLabels } from '../engine/dataset/labels';
import { unmatchedLabels } from '../engine/pipeline/labels';
import type { Output } from './output';

/**
 * Reads `spec` (a file, or `layout`) for the images `paths`: 1 anomaly, 0 normal, -1 unlabelled, in data-set order.
 * Throws `labels-invalid`.
 */
export async function labelsFor(spec: string, paths: readonly string[], output: Output): Promise<Int8Array> {
  const read = await readLabels(spec, paths);
  for (const sentence of unmatchedLabels(read)) output.remark(sentence);
  return read.labels;
}
