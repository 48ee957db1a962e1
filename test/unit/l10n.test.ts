import { getL10nJson } from '@vscode/l10n-dev';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { textsOf } from './text-bundles';

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
  }, 240_000);

  it('of package.json are all in package.nls.json, and no others', async () => {
    const used = [...(await text('package.json')).matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    const given: unknown = JSON.parse(await text('package.nls.json'));
    expect(Object.keys(given ?? {}).sort()).toEqual([...new Set(used)].sort());
  });
});

/** What is called the same in every language. */
const sameEverywhere = new Set([
  ...['CSV', 'JSON', 'TPR', 'FPR', 'TNR', 'AUROC', 'AP', 'F1', 'Anomaly Review', 'Otsu', 'Beta', 'log', 'UMAP', 'PCA'],
  // The code of the language itself.
  'en',
  ...['Adam.', 'RMSprop.', 'ONNX Runtime.', 'Core ML (macOS).'],
]);

/** How a language quotes, and the marks of others that it must not have. */
const languages = {
  ru: { script: /\p{Script=Cyrillic}/u, foreignQuotes: /[“”„"]/u, growth: 1.7 },
  lv: { script: /\p{Script=Latin}/u, foreignQuotes: /[“«»"]/u, growth: 1.7 },
  'zh-cn': { script: /\p{Script=Han}/u, foreignQuotes: /[„«»"]/u, growth: 1 },
};

describe.each(Object.entries(languages))('the texts in %s', (language, { script, foreignQuotes, growth }) => {
  describe.each([
    ['panels, messages and engine', 'l10n/bundle.l10n.json', `l10n/bundle.l10n.${language}.json`],
    ['commands and settings', 'package.nls.json', `package.nls.${language}.json`],
  ])('of %s', (_, english, translated) => {
    const both = (): { key: string; from: string; to: string }[] => {
      const texts = textsOf(translated);
      return [...textsOf(english)].flatMap(([key, from]) => {
        const to = texts.get(key);
        return to === undefined ? [] : [{ key, from, to }];
      });
    };

    it('are complete, and in the order of the English ones', () => {
      expect([...textsOf(translated).keys()]).toEqual([...textsOf(english).keys()]);
      expect(both().filter(({ to }) => to.trim() === '')).toEqual([]);
    });

    it('keep places for values, options, settings and links', () => {
      const marks = /\{\w+\}|--[a-z-]+|`[^`]+`|\(command:[^)]+\)/g;
      const sorted = (of: string): string[] => [...new Set(of.match(marks) ?? [])].sort();
      for (const { from, to } of both()) expect(sorted(to), to).toEqual(sorted(from));
    });

    it('are in that language', () => {
      const words = (of: string): string => of.replaceAll(/\{\w+\}/g, '');
      const untouched = both().filter(
        ({ from, to }) =>
          /[a-z]{2}/i.test(words(from)) && !sameEverywhere.has(from) && (to === from || !script.test(to)),
      );
      expect(untouched).toEqual([]);
    });

    it('quote as is usual there', () => {
      expect(both().filter(({ to }) => foreignQuotes.test(to))).toEqual([]);
    });

    it('are not much longer where there is little room', () => {
      const long = both().filter(({ from, to }) => from.length <= 40 && to.length > growth * from.length + 10);
      expect(long).toEqual([]);
    });
  });
});
