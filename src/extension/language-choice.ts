/** Which of the languages there are texts in. Knows nothing of the editor. */
import * as v from 'valibot';

export const english = 'en';
const translated = ['ru', 'lv', 'zh-cn'];

/**
 * The tag of the language to speak. `wished` is the setting: a tag or `auto`; `editor` the language that the editor
 * shows; `editorConfiguration` what the editor says of it to its processes, as JSON: there stands also the language that
 * was asked for and that the editor itself has no texts in, as is so with Latvian.
 */
export function languageFor(wished: string, editor: string, editorConfiguration: string | undefined): string {
  if (wished === english) return english;
  const candidates = wished === 'auto' ? [editor, askedFor(editor, editorConfiguration)] : [wished];
  for (const candidate of candidates) {
    const tag = translated.find((known) => known === candidate.toLowerCase() || isOfLanguage(candidate, known));
    if (tag !== undefined) return tag;
  }
  return english;
}

/** Whether `ru-RU` is of `ru`. Traditional Chinese is not simplified Chinese. */
function isOfLanguage(candidate: string, known: string): boolean {
  return candidate.toLowerCase().startsWith(`${known}-`);
}

const configurationSchema = v.pipe(v.string(), v.parseJson(), v.object({ userLocale: v.string() }));

function askedFor(editor: string, editorConfiguration: string | undefined): string {
  // Someone whose editor speaks another language has chosen that one.
  if (editor !== english) return editor;
  const configuration = v.safeParse(configurationSchema, editorConfiguration);
  return configuration.success ? configuration.output.userLocale : editor;
}
