import { describe, expect, it } from 'vitest';
import { sourceName } from '../../../src/shared/source-location';

describe('what a source is called', () => {
  it.each([
    ['/data/apples', 'apples'],
    ['/data/apples/', 'apples'],
    ['/data/digits.npz#x_test', 'digits.npz#x_test'],
    ['C:\\photos\\apples', 'apples'],
    ['/line 4/casting/test/imgs', 'casting/test/imgs'],
    ['/mvtec/bottle/test', 'bottle/test'],
    ['/casting/Train', 'casting/Train'],
    ['/a/data/test/images', 'data/test/images'],
    ['/images', 'images'],
    ['/', '/'],
  ])('%s is %s', (source, name) => {
    expect(sourceName(source)).toBe(name);
  });
});
