/**
 * A run as one page that opens anywhere: no script, nothing from elsewhere. The same run, review and machine give the
 * same bytes.
 */
import * as l10n from '@vscode/l10n';
import { decisionOn } from '../../../shared/flags';
import type { Judgement } from '../../../shared/judgement';
import { printable } from '../../../shared/printable';
import { strangestFirst } from '../../../shared/ranking';
import type { RunSnapshot } from '../../../shared/run';
import { scoreTitle } from '../../../shared/score-names';
import { sourceName } from '../../../shared/source-location';
import type { RunState } from '../../pipeline/run-state';
import { explain } from '../explanation';
import { formatCount, formatScore, formatShare, reportLanguage } from './figures';
import { histogram } from './histogram';
import { markup, Markup, nameMarkup } from './markup';
import { pictureRow, type PictureSources } from './pictures';
import { evaluationSection, factsSection, repeatSection, runSection, section, unreadableSection } from './sections';
import { style } from './style';

/** A page of more is no longer one that is sent and opened at ease. */
const mostImages = 200;
const mostBytes = 16e6;
const shownContributions = 3;

/** The page piece by piece: never all of it in memory. */
export async function* encodeReport(
  state: RunState,
  snapshot: RunSnapshot,
  judgement: Judgement,
  pictures: PictureSources,
): AsyncGenerator<string> {
  const name = printable(sourceName(snapshot.record.request.source));
  const share = snapshot.record.images > 0 ? judgement.flagged / snapshot.record.images : 0;
  const counts = l10n.t('{flagged} of {images} images flagged ({share})', {
    flagged: formatCount(judgement.flagged),
    images: formatCount(snapshot.record.images),
    share: formatShare(share),
  });
  yield markup`<!doctype html>
<html lang="${reportLanguage()}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';img-src data:;style-src 'unsafe-inline'">
<meta name="generator" content="Anomaly Review">
<title>${name} – Anomaly Review</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header><h1>${name}</h1><p class="soft">${counts}</p></header>
<main>
${section(l10n.t('Result'), markup`${factsSection(snapshot, judgement)}${histogram(judgement.scores, judgement.threshold.value)}`)}`
    .text;
  yield* flaggedSection(state, snapshot, judgement, pictures);
  for (const part of [
    evaluationSection(snapshot, judgement),
    unreadableSection(snapshot),
    runSection(snapshot),
    repeatSection(snapshot, judgement),
  ]) {
    if (part) yield part.text;
  }
  yield '</main>\n</body>\n</html>\n';
}

async function* flaggedSection(
  state: RunState,
  snapshot: RunSnapshot,
  { scores, flags, flagged }: Judgement,
  pictures: PictureSources,
): AsyncGenerator<string> {
  const ranked = strangestFirst(scores).map((index, place) => ({ index, rank: place + 1 }));
  const shown = ranked.filter(({ index }) => flags[index] === 1);
  if (flagged === 0) {
    yield section(l10n.t('Flagged images'), markup`<p>${l10n.t('No image is flagged.')}</p>`).text;
    return;
  }
  yield markup`<section><h2>${l10n.t('Flagged images')}</h2><ol class="images">\n`.text;
  let [bytes, written] = [0, 0];
  for (const { index, rank } of shown) {
    if (written === mostImages || bytes > mostBytes) break;
    const card = await imageCard(state, snapshot, { index, rank, score: scores[index] ?? NaN }, pictures);
    yield card.text;
    bytes += card.text.length;
    written++;
  }
  yield '</ol>';
  const unscored = flagged - shown.length;
  if (unscored > 0) {
    yield markup`<p class="soft">${l10n.t('Flagged since they could not be read: {0}; they are listed below.', formatCount(unscored))}</p>`
      .text;
  }
  if (shown.length > written) {
    yield markup`<p class="soft">${l10n.t('Left out, to keep the page small: flagged images of lower rank ({0}). Export the list or CSV for all of them.', formatCount(shown.length - written))}</p>`
      .text;
  }
  yield '</section>\n';
}

async function imageCard(
  state: RunState,
  { paths, hashes, review, labels }: RunSnapshot,
  { index, rank, score }: { index: number; rank: number; score: number },
  pictures: PictureSources,
): Promise<Markup> {
  const decision = decisionOn(hashes[index], review.decisions);
  const decided = decision && (decision === 'bad' ? l10n.t('marked bad') : l10n.t('marked good'));
  const label = labels?.[index];
  const labelled = label === 1 ? l10n.t('labelled bad') : label === 0 ? l10n.t('labelled good') : undefined;
  const mark = (kind: string, text: string | undefined) =>
    text === undefined ? undefined : markup`<span class="mark ${kind}">${text}</span>`;
  return markup`<li><div class="head"><span class="rank">${rank}</span>${nameMarkup(paths[index] ?? '')}${mark(decision ?? '', decided)}${mark(label === 1 ? 'bad' : 'good', labelled)}<span class="score">${formatScore(score)}</span></div>${await pictureRow(state, index, pictures)}${why(state, index)}</li>\n`;
}

/** What adds most to the composite. */
function why(state: RunState, index: number): Markup | undefined {
  const parts = explain(state, index)
    .contributions.filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share)
    .slice(0, shownContributions)
    .map(({ score, z, share }) => `${scoreTitle(score)} ${formatScore(z)} (${formatShare(share)})`);
  return parts.length > 0 ? markup`<p class="why">${parts.join(' · ')}</p>` : undefined;
}
