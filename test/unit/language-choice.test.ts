import { describe, expect, it } from 'vitest';
import { languageFor } from '../../src/extension/language-choice';

const configurationOf = (userLocale: string): string => JSON.stringify({ userLocale, resolvedLanguage: 'en' });

describe('the language of the extension', () => {
  it.each([
    ['en', 'en'],
    ['ru', 'ru'],
    ['zh-cn', 'zh-cn'],
    ['zh-CN', 'zh-cn'],
    ['ru-RU', 'ru'],
    ['lv-LV', 'lv'],
  ])('is, in an editor in %s, %s', (editor, expected) => {
    expect(languageFor('auto', editor, undefined)).toBe(expected);
  });

  it('is English where there are no texts in the editor’s', () => {
    expect(languageFor('auto', 'de', undefined)).toBe('en');
    expect(languageFor('auto', 'zh-tw', configurationOf('zh-tw'))).toBe('en');
  });

  it('is the one that was asked for where the editor has to stay English', () => {
    expect(languageFor('auto', 'en', configurationOf('lv'))).toBe('lv');
  });

  it('is not that of an earlier wish when the editor speaks another', () => {
    expect(languageFor('auto', 'de', configurationOf('lv'))).toBe('en');
  });

  it('is the one that is set, whatever the editor speaks', () => {
    expect(languageFor('lv', 'ru', undefined)).toBe('lv');
    expect(languageFor('en', 'ru', configurationOf('ru'))).toBe('en');
    expect(languageFor('klingon', 'ru', undefined)).toBe('en');
  });

  it.each(['', 'no JSON', '{}', '{"userLocale": 3}'])('does without what the editor says when that is “%s”', (said) => {
    expect(languageFor('auto', 'en', said)).toBe('en');
  });
});
