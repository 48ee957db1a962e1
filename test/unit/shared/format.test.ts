import { describe, expect, it } from 'vitest';
import {
  formatAbout,
  formatBytes,
  formatCount,
  formatDuration,
  formatScore,
  formatShare,
} from '../../../src/shared/format';

describe('figures for people', () => {
  it('group thousands', () => expect(formatCount(1234567)).toBe('1,234,567'));

  it('show scores with two decimals and a dash for none', () => {
    expect(formatScore(3.4)).toBe('3.40');
    expect(formatScore(NaN)).toBe('–');
  });

  it('show shares in per cent', () => expect(formatShare(7 / 165)).toBe('4.2%'));

  it.each([
    [0, '0:00'],
    [42.4, '0:42'],
    [59.6, '1:00'],
    [725, '12:05'],
    [3723, '1:02:03'],
    [-3, '0:00'],
  ])('show %d seconds as %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  it.each([
    [12, '12 B'],
    [850_400, '850 kB'],
    [999_900, '1 MB'],
    [12_440_000, '12.4 MB'],
    [3_100_000_000, '3.1 GB'],
  ])('show %d bytes as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [0.2, '1 sec'],
    [7, '7 sec'],
    [38, '40 sec'],
    [100, '2 min'],
    [5000, '83 min'],
    [9000, '2.5 hr'],
  ])('guess %d seconds as %s', (seconds, text) => expect(formatAbout(seconds)).toBe(text));

  it('name units in the reader’s language', () => {
    expect(formatBytes(12_440_000, 'ru')).toMatch(/^12,4\sМБ$/);
    expect(formatAbout(38, 'zh-CN')).toBe('40秒');
  });

  it('follow the locale', () => expect(formatScore(3.4, 'de')).toBe('3,40'));
});
