/** Labels for a run's images, with what did not match told on stderr. */
import { readLabels } from '../engine/dataset/labels';
import { formatCount } from '../shared/format';
import type { Output } from './output';

const shownNames = 5;

/**
 * Reads `spec` (a file, or `layout`) for the images `paths`: 1 anomaly, 0 normal, -1 unlabelled, in data-set order.
 * Throws `labels-invalid`.
 */
export async function labelsFor(spec: string, paths: readonly string[], output: Output): Promise<Int8Array> {
  const { labels, unknownNames, unlabelled } = await readLabels(spec, paths);
  report(output, 'labels are for files that are not in the data set', unknownNames);
  report(output, 'images have no label and do not count', unlabelled);
  return labels;
}

function report(output: Output, what: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const more = names.length > shownNames ? ', …' : '';
  output.remark(`${formatCount(names.length)} ${what}: ${names.slice(0, shownNames).join(', ')}${more}`);
}
