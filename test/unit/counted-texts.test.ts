/** What stands beside a count reads right whatever the count is, in each language. */
import { describe, expect, it } from 'vitest';
import { textsOf } from './text-bundles';

const saidIn = (bundle: string): string[] => [...textsOf(`l10n/${bundle}`).values()];

/** What is counted in messages, as it stands behind its count. */
const counted =
  /\{\w+\} ((?:flagged |more |false )?)(image|file|folder|epoch|thread|label|decision|element|alarm|path|part)s\b/;

/** Their counts are never one: rates, limits, what is offered from a dozen on; or the text for one is another. */
const neverOne: readonly (string | RegExp)[] = [
  /images\/s$/,
  'A preview shows 1 to {0} images, not {1}.',
  'it holds {0} images; up to {1} can be reviewed at once, so split it',
  '{0} flagged images differ in the same area ({1}). Without it about {2} instead of {3} are flagged.',
  'Known to be usual, with a score as high: {0} of {1} images.',
  'Too few images are in {1} to be scored in {2} parts. Choose at most {0}.',
  'It takes {0} threads, not {1}: that is decided when a process first uses it.',
  /^The network draws nearly the same value everywhere/,
  'None of the {0} images fits the search and the filter.',
];

/** Stems of what is counted: behind a number they would take a form that depends on it. */
const stems = {
  ru: 'изображени|картин|файл|папк|папок|эпох|поток|байт|мет[ко]|част|страниц|канал|параметр|признак|значени|решени|аномали|тревог|сло[ёйяе]|элемент|групп|пут[еьи]',
  lv: 'attēl|fail|map[eēj]|epoh|pavedien|bait|etiķe|daļ|lap[aāu]|kanāl|parametr|pazīm|vērtīb|lēmum|anomālij|trauks|slā[nņ]|element|grup|ceļ',
};

/** Without endings and the names of placeholders, so that a text for one compares with that for many. */
const plain = (text: string): string =>
  text
    .replaceAll(/\{\w+\}/g, '{}')
    .replaceAll(/s\b/g, '')
    .toLowerCase();

describe('a count of one', () => {
  it('has an English text of its own wherever a noun follows the count', () => {
    const texts = saidIn('bundle.l10n.json');
    const ofMany = texts.filter((text) => counted.test(text));
    expect(ofMany.length).toBeGreaterThan(15);
    const others = texts.map(plain);
    const lonely = ofMany.filter((text) => {
      if (neverOne.some((one) => (typeof one === 'string' ? one === text : one.test(text)))) return false;
      const start = text.slice(0, text.search(counted));
      const [, adjective = '', noun = ''] = counted.exec(text) ?? [];
      const ofOne = ['1 ', 'One ', ''].map((one) => plain(`${start}${one}${adjective}${noun}`));
      return !others.some((other) => other !== plain(text) && ofOne.some((wanted) => other.startsWith(wanted)));
    });
    expect(lonely).toEqual([]);
  });
});

describe.each(Object.entries(stems))('a count in %s', (language, nouns) => {
  it('stands behind its noun, whose form would depend on it: 1, 2, 5, 11 and 21 differ there', () => {
    const declined = new RegExp(String.raw`\{\w+\}\s(?:${nouns})`, 'u');
    expect(saidIn(`bundle.l10n.${language}.json`).filter((text) => declined.test(text))).toEqual([]);
  });
});
