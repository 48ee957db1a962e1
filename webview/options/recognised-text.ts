/** What a source was recognised as, in the reader's language; the engine's own sentence is for the command line. */
import * as l10n from '@vscode/l10n';
import type { SourceReport } from '../../src/shared/contracts';
import { locale } from '../localization';

/** `casting can be used so: train on “train”, take “proliv” as known anomalies and score “test/imgs”.` */
export function recognisedText(root: string, { suggestion }: SourceReport): string {
  const { source, trainOn, validation, knownAnomalies, labels } = suggestion;
  const near = (place: string): string =>
    place === root ? l10n.t('all of it') : l10n.t('“{0}”', insideOf(root, place));
  const steps = [
    ...(trainOn === undefined ? [] : [l10n.t('train on {0}', near(trainOn))]),
    ...(validation === undefined ? [] : [l10n.t('watch the training with {0}', near(validation))]),
    ...(knownAnomalies === undefined ? [] : [l10n.t('take {0} as known anomalies', near(knownAnomalies))]),
    l10n.t('score {0}', near(source)),
    ...(labels === undefined
      ? []
      : [
          labels === 'layout'
            ? l10n.t('measure by the names of the folders')
            : l10n.t('measure against {0}', near(labels)),
        ]),
  ];
  const list = new Intl.ListFormat(locale, { style: 'long', type: 'conjunction' }).format(steps);
  return l10n.t(
    '{0} can be used so: {1}.',
    root.slice(Math.max(root.lastIndexOf('/'), root.lastIndexOf('\\')) + 1),
    list,
  );
}

/** A place in the root as people write it, an array by its name alone; one that lies elsewhere by its whole path. */
function insideOf(root: string, place: string): string {
  const isInside = place.startsWith(root) && /^[#\\/]/.test(place.slice(root.length));
  return isInside ? place.slice(root.length + 1).replaceAll('\\', '/') : place;
}
