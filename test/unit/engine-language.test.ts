import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const textsOf = (language: string): string =>
  fileURLToPath(new URL(`../../l10n/bundle.l10n.${language}.json`, import.meta.url));

/** What is said of a place that is not there, by an engine that starts with this file of texts. */
async function said(texts: string | undefined): Promise<string> {
  vi.stubEnv('ANOMALY_REVIEW_TEXTS', texts);
  await import('../../src/engine/language');
  const { openSource } = await import('../../src/engine/dataset/open-source');
  return openSource('/nowhere/at all', new AbortController().signal).then(
    () => 'nothing',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describe('the engine', () => {
  beforeEach(() => {
    vi.resetModules();
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  // In this order: what the library of texts once read, it keeps.
  it('speaks English when it was given none, or a file that is not there', async () => {
    expect(await said(undefined)).toContain('does not exist.');
    vi.resetModules();
    expect(await said('/nowhere/texts.json')).toContain('does not exist.');
  });

  it('says what went wrong in the language it was given', async () => {
    expect(await said(textsOf('ru'))).toMatch(/^«.*at all» не существует\./);
  });
});
