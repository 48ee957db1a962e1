/** `--layout auto`: what the source's folders and arrays say of themselves fills in what was not typed. */
import { inspectSource } from '../engine/dataset/inspect-source';
import type { SourceReport } from '../shared/contracts';
import { UserError } from '../shared/errors';
import type { ScanRequest } from '../shared/settings';
import { nearPath } from './command-line';
import { optionText } from './options';
import type { TypedOptions } from './options';
import type { Output } from './output';

const places = ['trainOn', 'knownAnomalies', 'validation', 'labels'] as const;

/**
 * The request with what its source was recognised as, when `--layout auto` asks for it; else the request as it is, with
 * a hint where there would be more to it. Throws `settings-invalid`, and as {@link inspectSource} does.
 */
export async function recognised(request: ScanRequest, options: TypedOptions, output: Output): Promise<ScanRequest> {
  const wish = optionText(options, 'layout');
  if (wish !== undefined && wish !== 'auto' && wish !== 'plain') {
    throw new UserError('settings-invalid', `--layout needs one of auto, plain, not “${wish}”.`);
  }
  const isTold = places.some((place) => request[place] !== undefined);
  if (wish === 'plain' || (wish === undefined && isTold)) return request;
  if (wish === undefined) {
    // Whatever is wrong with the source, the scan itself says it.
    const found = await inspectSource(request.source).catch(() => undefined);
    if (found && hasMore(found)) output.remark(`${found.description} Add --layout auto for that.`);
    return request;
  }
  const report = await inspectSource(request.source);
  output.remark(report.description);
  output.event('layout', { layout: report.layout, description: report.description, ...report.suggestion });
  return completed(request, report, options);
}

function hasMore({ suggestion }: SourceReport): boolean {
  return places.some((place) => suggestion[place] !== undefined);
}

function completed(request: ScanRequest, { suggestion }: SourceReport, options: TypedOptions): ScanRequest {
  const filled: ScanRequest = { ...suggestion, ...request, source: suggestion.source };
  const byKnown = filled.knownAnomalies !== undefined && optionText(options, 'threshold') === undefined;
  return byKnown ? { ...filled, settings: { ...filled.settings, threshold: { method: 'known-mean' } } } : filled;
}

/** The places that a report suggests, one line each, for a person. */
export function suggestionLines({ suggestion }: SourceReport): string[] {
  const named: readonly (readonly [string, string | undefined])[] = [
    ['scored', suggestion.source],
    ['--train-on', suggestion.trainOn],
    ['--known-anomalies', suggestion.knownAnomalies],
    ['--validation', suggestion.validation],
    ['--labels', suggestion.labels],
  ];
  return named.flatMap(([name, place]) =>
    place === undefined ? [] : [`  ${name.padEnd(18)} ${place === 'layout' ? place : nearPath(place)}`],
  );
}
