/** The labels that a request names, for the images of its run: kept in the run folder, since label files move. */
import * as l10n from '@vscode/l10n';
import { readLabels, type Labels } from '../dataset/labels';
import { formatCount } from '../../shared/format';
import type { ScoredSource } from '../dataset/joined-source';
import type { Stage } from './stage';

const shownNames = 5;

/** Once the images are listed. What does not match is noted. Throws `labels-invalid`. */
export async function labelRun({ run, state, note }: Stage, { paths, whole }: ScoredSource): Promise<void> {
  const { labels: spec } = run.record.request;
  if (spec === undefined) return;
  // Labels in order are of all images; names that are in another part are known.
  const read = await readLabels(spec, whole?.paths ?? paths);
  state.labels = whole ? read.labels.slice(whole.start, whole.start + paths.length) : read.labels;
  await run.writeLabels(state.labels);
  for (const sentence of unmatchedLabels(read)) await note(sentence);
}

/** Sentences on the names of a label file that are no image, or several, and on images without a label. */
export function unmatchedLabels({ unknownNames, ambiguousNames, unlabelled }: Labels): string[] {
  const several = ambiguousNames.map(({ name, examples }) => `${name}: ${examples.join(', ')}`);
  return [
    ...counted(l10n.t('Labels for files that are not in the data set'), unknownNames),
    ...counted(l10n.t('Labels for names that several images have, where paths are needed'), several, '; '),
    ...counted(l10n.t('Images without a label, which do not count'), unlabelled),
  ];
}

function counted(what: string, names: readonly string[], separator = ', '): string[] {
  if (names.length === 0) return [];
  const shown = [...names.slice(0, shownNames), ...(names.length > shownNames ? ['…'] : [])];
  return [`${what}: ${formatCount(names.length)} (${shown.join(separator)})`];
}
