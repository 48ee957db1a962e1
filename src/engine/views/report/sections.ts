/** The parts of the report that are words and figures. */
import * as l10n from '@vscode/l10n';
import { commandLineText, quoted, scoreCommandText } from '../../../shared/command-line-text';
import { computerText } from '../../../shared/device-names';
import { evaluate, evaluationIntervals } from '../../../shared/evaluation';
import { formatDuration } from '../../../shared/format';
import { explain, type Judgement } from '../../../shared/judgement';
import { printable } from '../../../shared/printable';
import { requestAnew } from '../../../shared/request-anew';
import type { RunSnapshot } from '../../../shared/run';
import { scoreTitle } from '../../../shared/score-names';
import { defaultSettings } from '../../../shared/settings';
import { formatThreshold, thresholdTitle } from '../../../shared/threshold-methods';
import { formatCount, formatRate, formatScore, formatShare, formatTime } from './figures';
import { markup, nameMarkup, type Markup } from './markup';

const shownUnreadable = 50;

type Row = readonly [name: string, value: string | number | undefined];

/** How many of what, and why the line lies where it lies. */
export function factsSection(snapshot: RunSnapshot, judgement: Judgement): Markup {
  const { record, review } = snapshot;
  const { flagged, threshold, score } = judgement;
  const { reason, estimate } = explain(snapshot, judgement);
  const shown = new Set(snapshot.hashes);
  const decisions = Object.entries(review.decisions).filter(([hash]) => shown.has(hash));
  const bad = decisions.filter(([, decision]) => decision === 'bad').length;
  return markup`<p>${reason}</p>${facts([
    [l10n.t('Images'), formatCount(record.images)],
    [l10n.t('Flagged'), `${formatCount(flagged)} (${formatShare(record.images > 0 ? flagged / record.images : 0)})`],
    [
      l10n.t('Estimate'),
      estimate && estimate.flagged > 0
        ? l10n.t('about {real} of {flagged} real ({low} to {high})', {
            real: formatCount(estimate.real),
            flagged: formatCount(estimate.flagged),
            low: formatCount(estimate.low),
            high: formatCount(estimate.high),
          })
        : undefined,
    ],
    [l10n.t('Score'), scoreTitle(score)],
    [l10n.t('Threshold'), `${formatScore(threshold.value)} (${thresholdTitle(threshold.method)})`],
    [
      l10n.t('Decided by a person'),
      decisions.length > 0
        ? l10n.t('{bad} bad, {good} good', { bad: formatCount(bad), good: formatCount(decisions.length - bad) })
        : undefined,
    ],
    [l10n.t('Unreadable'), record.unreadable > 0 ? formatCount(record.unreadable) : undefined],
  ])}`;
}

/** Undefined without labels. */
export function evaluationSection({ scores, labels }: RunSnapshot, { score, flags }: Judgement): Markup | undefined {
  if (!labels) return undefined;
  const input = { columns: scores, score, labels, flags };
  const found = evaluate(input);
  if (found.labelled === 0) return undefined;
  const intervals = evaluationIntervals(input);
  const names = [
    ['auroc', 'AUROC'],
    ['averagePrecision', l10n.t('Average precision')],
    ['tpr', 'TPR'],
    ['tnr', 'TNR'],
    ['precision', l10n.t('Precision')],
    ['f1', 'F1'],
  ] as const;
  const rows = names.flatMap(([name, title]) => {
    const value = found[name];
    if (value === undefined) return [];
    const range = intervals[name];
    const sure = range ? `${formatRate(range.low, 3)} – ${formatRate(range.high, 3)}` : '';
    return [
      markup`<tr><th scope="row">${title}</th><td class="number">${formatRate(value, 4)}</td><td>${sure}</td></tr>`,
    ];
  });
  const { truePositives, falseNegatives, falsePositives, trueNegatives } = found.confusion;
  const cells = (title: string, ...counts: number[]) =>
    markup`<tr><th scope="row">${title}</th>${counts.map((count) => markup`<td class="number">${formatCount(count)}</td>`)}</tr>`;
  return section(
    l10n.t('Against the labels ({0})', formatCount(found.labelled)),
    markup`<div class="table"><table><tr><td></td><th scope="col">${l10n.t('Value')}</th><th scope="col">${l10n.t('95 % of resamples')}</th></tr>${rows}</table></div>
<div class="table"><table><tr><td></td><th scope="col">${l10n.t('flagged')}</th><th scope="col">${l10n.t('kept')}</th></tr>${cells(l10n.t('Anomalies'), truePositives, falseNegatives)}${cells(l10n.t('Normal'), falsePositives, trueNegatives)}</table></div>`,
  );
}

/** Undefined when all could be read. */
export function unreadableSection({ unreadable, paths }: RunSnapshot): Markup | undefined {
  const found = Object.entries(unreadable);
  if (found.length === 0) return undefined;
  const lines = found
    .slice(0, shownUnreadable)
    .map(([index, reason]) => markup`<li>${nameMarkup(paths[Number(index)] ?? index)}: ${printable(reason)}</li>`);
  return section(
    l10n.t('{0} could not be read', formatCount(found.length)),
    markup`<ul class="plain">${lines}</ul>${more(found.length - lines.length)}`,
  );
}

/** What was done with what, and how long it took. */
export function runSection({ record, runFolder }: RunSnapshot): Markup {
  const { request, model, inputShape, seconds, imagesPerSecond } = record;
  const [channels, height, width] = inputShape ?? [];
  const settings = Object.entries(request.settings).filter(([name, value]) => {
    const usual: unknown = Reflect.get(defaultSettings, name);
    return JSON.stringify(value) !== JSON.stringify(usual);
  });
  const computer = computerText(record, (threads) =>
    threads === 1 ? l10n.t('1 thread') : l10n.t('{0} threads', threads),
  );
  const speed = (rate: number | undefined) =>
    rate === undefined
      ? undefined
      : [l10n.t('{0} images/s', formatCount(rate)), computer].filter((part) => part !== undefined).join(' · ');
  return section(
    l10n.t('How it was made'),
    markup`${facts([
      [l10n.t('Source'), request.source],
      [l10n.t('Also scored'), request.scoreAlso?.join(', ')],
      [l10n.t('Trained on'), request.trainOn],
      [l10n.t('Known anomalies'), request.knownAnomalies],
      [l10n.t('Labels'), request.labels],
      [l10n.t('Model of'), request.model],
      [l10n.t('Network'), model && `${model.preset}, ${l10n.t('{0} parameters', formatCount(model.parameters))}`],
      [
        l10n.t('What it sees'),
        width && height ? `${width} × ${height}, ${channels === 1 ? l10n.t('grey') : 'RGB'}` : undefined,
      ],
      [
        l10n.t('Epochs'),
        record.bestEpoch === undefined
          ? undefined
          : l10n.t('{0}, the best was {1}', record.epochs.length, record.bestEpoch),
      ],
      [l10n.t('Computed by'), computer],
      [l10n.t('Time'), seconds.total === undefined ? undefined : formatDuration(seconds.total)],
      [l10n.t('Training speed'), speed(imagesPerSecond?.train)],
      [l10n.t('Scoring speed'), speed(imagesPerSecond?.score)],
      [l10n.t('Scanned'), formatTime(record.createdAt)],
      [l10n.t('Run folder'), runFolder],
      [
        l10n.t('Changed settings'),
        settings.map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join(', ') || undefined,
      ],
      [
        l10n.t('Versions'),
        Object.entries(record.versions)
          .map((pair) => pair.join(' '))
          .join(', '),
      ],
    ])}${record.notes.length > 0 ? markup`<ul class="plain">${record.notes.map((note) => markup`<li>${printable(note)}</li>`)}</ul>` : undefined}`,
  );
}

/** The commands that make the same flags of the same images. */
export function repeatSection({ record, runFolder }: RunSnapshot, { threshold }: Judgement): Markup {
  const { request } = record;
  const posix = (word: string) => quoted(word, 'posix');
  const lines = [
    request.model === undefined
      ? commandLineText(requestAnew(request), 'scan', 'posix')
      : scoreCommandText(requestAnew(request), 'posix'),
    `anomaly-review threshold ${posix(runFolder)} ${formatThreshold(threshold)}`,
    `anomaly-review export ${posix(runFolder)} --format report --out report.html`,
  ];
  return section(
    l10n.t('How to repeat it'),
    markup`<p>${l10n.t('The first line scans anew; the others choose the threshold and write this page from the run. What a person decided is in its review.json.')}</p><pre>${lines.map(printable).join('\n')}</pre>`,
  );
}

/** How many a list leaves out, if any. */
export function more(count: number): Markup | undefined {
  return count > 0 ? markup`<p class="soft">${l10n.t('… and {0} more', formatCount(count))}</p>` : undefined;
}

export function section(title: string, content: Markup): Markup {
  return markup`<section><h2>${title}</h2>${content}</section>\n`;
}

function facts(rows: readonly Row[]): Markup {
  const known = rows.filter(([, value]) => value !== undefined);
  return markup`<dl>${known.map(([name, value]) => markup`<dt>${name}</dt><dd>${printable(String(value))}</dd>`)}</dl>`;
}
