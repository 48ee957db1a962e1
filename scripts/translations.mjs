/**
 * `npm run l10n` ends with this: puts the texts of each language in the order of the English ones, drops those that
 * are no longer there, and tells which are missing. Missing texts are shown in English, and a test fails.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from './parts/paths.mjs';

const languages = ['ru', 'lv', 'zh-cn'];
/** @type {readonly { english: string, translated: (language: string) => string }[]} */
const groups = [
  { english: 'l10n/bundle.l10n.json', translated: (language) => `l10n/bundle.l10n.${language}.json` },
  { english: 'package.nls.json', translated: (language) => `package.nls.${language}.json` },
];

for (const { english, translated } of groups) {
  const keys = Object.keys(read(english));
  for (const language of languages) {
    const file = translated(language);
    const texts = new Map(Object.entries(read(file)));
    const kept = keys.filter((key) => texts.has(key));
    const missing = keys.filter((key) => !texts.has(key));
    writeFileSync(
      inRoot(file),
      `${JSON.stringify(Object.fromEntries(kept.map((key) => [key, texts.get(key)])), null, 2)}\n`,
    );
    const dropped = texts.size - kept.length;
    process.stderr.write(`${file}: ${kept.length} texts, ${dropped} dropped, ${missing.length} missing\n`);
    for (const key of missing) process.stderr.write(`  ${JSON.stringify(key)}\n`);
  }
}

/** @param {string} file @returns {Record<string, string>} */
function read(file) {
  return existsSync(inRoot(file)) ? JSON.parse(readFileSync(inRoot(file), 'utf8')) : {};
}
