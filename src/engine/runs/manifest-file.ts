/** The manifest: one JSON line an image, in data-set order. */
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { manifestEntrySchema } from '../../shared/manifest-entry';
import type { ManifestEntry } from '../../shared/run';

export function encodeManifest(entries: readonly ManifestEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

/** The entries, or what is wrong as the end of a sentence. */
export function decodeManifest(text: string): ManifestEntry[] | string {
  const entries: ManifestEntry[] = [];
  if (text !== '' && !text.endsWith('\n')) return l10n.t('ends early');
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const parsed = v.safeParse(manifestEntrySchema, parseJson(line));
    if (!parsed.success) return l10n.t('is damaged in line {0}', entries.length + 1);
    entries.push(parsed.output);
  }
  return entries;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
