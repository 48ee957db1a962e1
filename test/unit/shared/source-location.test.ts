import { describe, expect, it } from 'vitest';
import { sourceName, splitLocation } from '../../../src/shared/source-location';

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

describe('the name of an array', () => {
  it.each([
    ['/data/digits.npz#x_test', { path: '/data/digits.npz', array: 'x_test' }],
    ['/data/digits.npz#', { path: '/data/digits.npz' }],
    ['/data/digits.npz', { path: '/data/digits.npz' }],
    ['/data/#1/faces.npy', { path: '/data/#1/faces.npy' }],
  ])('in %s stands behind its archive', (location, parts) => {
    expect(splitLocation(location)).toEqual(parts);
  });
});
