import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findImage } from '../../../src/cli/find-image';
import { readLatentEdit } from '../../../src/cli/latent-edits';

describe('an edit of a code', () => {
  it.each([
    ['2=*3', { element: 2, change: 'multiply', amount: 3 }],
    ['1=+-0.5', { element: 1, change: 'add', amount: -0.5 }],
    ['10=-1.5e1', { element: 10, change: 'set', amount: -15 }],
    [' 3 = 0 ', { element: 3, change: 'set', amount: 0 }],
  ])('%s is read', (text, edit) => {
    expect(readLatentEdit(text)).toEqual(edit);
  });

  it.each(['', '2', '2=', '2=*', '0=1', '-1=2', '1.5=2', 'two=1', '2=/3', '2=Infinity', '2=1,3=1'])(
    '“%s” is refused with an example',
    (text) => {
      expect(() => readLatentEdit(text)).toThrow(/^--set needs .* such as 2=\*3/);
    },
  );
});

describe('an image', () => {
  const paths = ['a/1.png', 'b/1.png', 'b/2.png', '0', 'back\\slash.png'];

  it.each([
    ['b/1.png', 1],
    ['./b/1.png', 1],
    ['b\\2.png', 2],
    ['2.png', 2],
    ['2', 2],
    ['0', 3],
    ['back\\slash.png', 4],
  ])('%s is found by its path, the end of it, or its number', (text, index) => {
    expect(findImage(text, paths)).toBe(index);
  });

  it.each(['1.png', '5', '-1', '', 'c.png', '1.5'])('“%s” is refused', (text) => {
    expect(() => findImage(text, paths)).toThrow(/--image|has no image/);
  });

  it('is none while a run knows no images', () => {
    expect(() => findImage('1.png', [])).toThrow('No images of the run are known yet');
  });

  it('may be the file that a shell completes, but no other of its name', () => {
    const folder = resolve('pictures');
    expect(findImage('pictures/b/2.png', paths, folder)).toBe(2);
    expect(findImage(resolve(folder, 'b/1.png'), paths, folder)).toBe(1);
    expect(findImage('pictures/b/2.png', paths, resolve(folder, 'list.txt'))).toBe(2);
    expect(() => findImage('elsewhere/b/2.png', paths, folder)).toThrow('has no image');
  });
});
