import { getL10nJson } from '@vscode/l10n-dev';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = (file: string): Promise<string> => readFile(join(root, file), 'utf8');

async function sources(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ parentPath, name }) => join(parentPath, name));
}

describe('translatable texts', () => {
  it('of the sources are all in the bundle, and no others (npm run l10n makes it anew)', async () => {
    const files = (await Promise.all(['src', 'webview'].map(sources))).flat();
    const contents = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    const inSources = await getL10nJson(contents.map((source) => ({ contents: source, extension: '.ts' })));
    const bundle: unknown = JSON.parse(await text('l10n/bundle.l10n.json'));
    expect(Object.keys(inSources).length).toBeGreaterThan(100);
    expect(bundle).toEqual(inSources);
  }, 60_000);

  it('of package.json are all in package.nls.json, and no others', async () => {
    const used = [...(await text('package.json')).matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    const given: unknown = JSON.parse(await text('package.nls.json'));
    expect(Object.keys(given ?? {}).sort()).toEqual([...new Set(used)].sort());
  });
});
