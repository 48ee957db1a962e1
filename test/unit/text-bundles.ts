/** What the product says, by the English text it is said for. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';

/** A text, or one with a comment for its translator. */
const textSchema = v.union([
  v.string(),
  v.pipe(
    v.object({ message: v.string() }),
    v.transform(({ message }) => message),
  ),
]);
const bundleSchema = v.pipe(v.string(), v.parseJson(), v.record(v.string(), textSchema));

/** @param file relative to the checkout, such as `l10n/bundle.l10n.ru.json` */
export function textsOf(file: string): ReadonlyMap<string, string> {
  const content = readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');
  return new Map(Object.entries(v.parse(bundleSchema, content)));
}
