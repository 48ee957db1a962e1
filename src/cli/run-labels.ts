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
  report(output, 'Labels for files that are not in the data set', unknownNames);
  report(output, 'Images without a label, which do not count', unlabelled);
  return labels;
}

function report(output: Output, what: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const shown = [...names.slice(0, shownNames), ...(names.length > shownNames ? ['…'] : [])];
  output.remark(`${what}: ${formatCount(names.length)} (${shown.join(', ')})`);
}
