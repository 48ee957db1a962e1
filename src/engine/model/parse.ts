/** Network specifications from files. They are data: nothing in them is executed. */
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { UserError } from '../../shared/errors';
import { networkSpecSchema, type NetworkSpec } from './spec';

/** Far more than any network takes; what is beyond is refused before it costs time or memory. */
export const mostSpecBytes = 1_000_000;
const mostDepth = 40;
const mostLayers = 2000;
/** They mean something to JavaScript itself. */
const reservedNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * @param text JSON
 * @param fileName only for messages
 * @throws UserError `model-invalid`, naming the file and the field
 */
export function parseNetworkSpec(text: string, fileName: string): NetworkSpec {
  if (text.length > mostSpecBytes) throw tooLarge(fileName);
  const json = parseJson(text.replace(/^\uFEFF/, ''), fileName);
  checkStructure(json, fileName);
  const result = v.safeParse(networkSpecSchema, json, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const place = v.getDotPath(issue) ?? '';
  const fault = describeIssue(issue);
  throw notANetwork(fileName, place === '' ? fault : l10n.t('at {0}, {1}', place, fault));
}

/** For files that need not even be read. */
export function tooLarge(fileName: string): UserError {
  return notANetwork(
    fileName,
    l10n.t('it is larger than {0} MB, and a network takes a few kilobytes', mostSpecBytes / 1e6),
  );
}

function parseJson(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError('model-invalid', l10n.t('{0} is not valid JSON: {1}', fileName, reason), { cause: error });
  }
}

/** What could overwhelm the schema, which calls itself for layers within layers. It walks without recursion. */
function checkStructure(json: unknown, fileName: string): void {
  let layers = 0;
  let level: unknown[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > mostDepth) throw notANetwork(fileName, l10n.t('its layers lie too deep within one another'));
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      if (!Array.isArray(value)) {
        const reserved = Object.keys(value).find((name) => reservedNames.has(name));
        if (reserved !== undefined) throw notANetwork(fileName, l10n.t('the field {0} is not known there', reserved));
        layers += 'type' in value ? 1 : 0;
      }
      if (layers > mostLayers || (Array.isArray(value) && value.length > mostLayers)) {
        throw notANetwork(fileName, l10n.t('it has more than {0} layers', mostLayers.toLocaleString('en')));
      }
      const inside: readonly unknown[] = Object.values(value);
      for (const one of inside) next.push(one);
    }
    level = next;
  }
}

function describeIssue(issue: v.InferIssue<typeof networkSpecSchema>): string {
  if (issue.type === 'min_length') {
    return l10n.t('the list has length {0}, expected {1}', issue.received, issue.expected ?? '');
  }
  // Only limits such as minValue have no `expected` of their own; their message says it.
  if (issue.expected === null) return issue.message;
  if (issue.expected === 'never') return l10n.t('the field {0} is not known there', issue.received);
  return issue.received === 'undefined'
    ? l10n.t('a value is missing, expected {0}', issue.expected)
    : l10n.t('found {0}, expected {1}', issue.received, issue.expected);
}

function notANetwork(fileName: string, reason: string): UserError {
  return new UserError('model-invalid', l10n.t('{0} does not hold a network: {1}.', fileName, reason));
}
