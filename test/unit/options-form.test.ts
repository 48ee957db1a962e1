import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../src/shared/settings';
import { arrayPlaces } from '../../webview/options/array-texts';
import { emptyDraft, readDraft, settingValues } from '../../webview/options/draft';
import { judgeDraft } from '../../webview/options/judge-draft';
import { folderOf, shortPath } from '../../webview/options/short-path';

describe('a form', () => {
  it('as it is opened makes the request of a plain scan', () => {
    const request = { source: '/data/apples', withSource: 'auto', settings: defaultSettings };
    expect(judgeDraft(emptyDraft('/data/apples', defaultSettings))).toEqual({ request });
  });

  it('gives back settings of every kind as they were', () => {
    const settings = {
      ...defaultSettings,
      roi: [0, 0.25, 1, 0.75] as [number, number, number, number],
      augment: { flipVertical: true, blur: 0.5 },
      denoise: { kind: 'coarse', probability: 0.25, amount: 0 } as const,
      threshold: { method: 'percentile', parameter: 0 } as const,
      learningRate: 1e-7,
      seed: 0,
      trimFraction: 0,
    };
    expect(judgeDraft(emptyDraft('/data/apples', settings))).toMatchObject({ request: { settings } });
  });

  it('takes the rest from the settings when a kept one lacks some of it, and ignores what it does not know', () => {
    const { values, ...rest } = emptyDraft('/data/apples', defaultSettings);
    const kept = { ...rest, values: { epochs: '9', outdated: 'x' } };
    expect(readDraft(kept, defaultSettings)).toEqual({ ...rest, values: { ...values, epochs: '9' } });
    expect(readDraft({ values }, defaultSettings)).toBeUndefined();
  });

  it('names the edges of a region that are the wrong way round, or not four', () => {
    const draft = emptyDraft('/data/apples', defaultSettings);
    const problems = (roi: string) => {
      const verdict = judgeDraft({ ...draft, values: { ...settingValues(defaultSettings), roi } });
      return 'problems' in verdict ? [...verdict.problems.keys()] : [];
    };
    expect(problems('0.9, 0, 0.1, 1')).toEqual(['roi']);
    expect(problems('0, 0, 1')).toEqual(['roi']);
    expect(problems('0;0;x;1')).toEqual(['roi']);
    expect(problems('0 0 2 1')).toEqual(['roi']);
    expect(problems('0.1, 0.1, 0.9, 0.9')).toEqual([]);
  });
});

describe('a path in a form', () => {
  it('is shown from the folder it lies in, else by its end', () => {
    expect(shortPath('/data/casting/train', '/data')).toBe('casting/train');
    expect(shortPath('C:\\data\\casting\\train', 'C:\\data')).toBe('casting\\train');
    expect(shortPath('/database/train', '/data')).toBe('/database/train');
    const long = `/a${'/folder'.repeat(20)}/images`;
    expect(shortPath(long, '')).toMatch(/^…(\/folder)+\/images$/);
    expect(shortPath(long, '').length).toBeLessThan(60);
    expect(shortPath(`/data/${'x'.repeat(200)}`, '').length).toBeLessThan(60);
  });

  it('lies in a folder, whichever slashes it is written with', () => {
    expect(folderOf('/data/apples')).toBe('/data');
    expect(folderOf('C:\\data\\apples')).toBe('C:\\data');
    expect(folderOf('apples')).toBe('');
  });

  it('of an array stands behind its file, that of a file in a folder behind the folder', () => {
    const array = { name: 'x', type: 'uint8', shape: [5, 8, 8] };
    const [inFile] = arrayPlaces('/data/digits.npz', [array]);
    expect(inFile).toMatchObject({ value: '/data/digits.npz#x', label: 'x · uint8 · 5 × 8 × 8', unusable: false });
    const [inFolder] = arrayPlaces('/data/faces', [{ ...array, name: 'test.npy', problem: 'pickled' }]);
    expect(inFolder).toMatchObject({ value: '/data/faces/test.npy', description: 'pickled', unusable: true });
  });
});
