/** The labels that a request names, for the images of its run: kept in the run folder, since label files move. */
import { readLabels } from '../dataset/labels';
import { formatCount } from '../../shared/format';
import type { Stage } from './stage';

const shownNames = 5;

/** Once the images are listed. What does not match is noted. Throws `labels-invalid`. */
export async function labelRun({ run, state, note }: Stage): Promise<void> {
  const { labels: spec } = run.record.request;
  if (spec === undefined) return;
  const { labels, unknownNames, unlabelled } = await readLabels(spec, state.paths);
  state.labels = labels;
  await run.writeLabels(labels);
  for (const sentence of unmatchedLabels(unknownNames, unlabelled)) await note(sentence);
}

/** Sentences on the names of a label file that are no image, and on images without a label. */
export function unmatchedLabels(unknownNames: readonly string[], unlabelled: readonly string[]): string[] {
  return [
    ...counted('Labels for files that are not in the data set', unknownNames),
    ...counted('Images without a label, which do not count', unlabelled),
  ];
}

function counted(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const shown = [...names.slice(0, shownNames), ...(names.length > shownNames ? ['…'] : [])];
  return [`${what}: ${formatCount(names.length)} (${shown.join(', ')})`];
}
