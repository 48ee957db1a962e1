import { describe, expect, it } from 'vitest';
import { readLabels } from '../../../src/engine/dataset/labels';
import { unmatchedLabels } from '../../../src/engine/pipeline/labels';
import { scratchFolder } from '../../fixtures/scratch-folder';

const scratch = scratchFolder();
const paths = ['a/1.png', 'a/2.png', 'b/1.png', 'b/two words.png'];
const read = (content: string, names: readonly string[] = paths) => readLabels(scratch.write('labels', content), names);

describe('labels', () => {
  it('stand beside names: relative paths, or file names that only one image has', async () => {
    const found = await read('# mine\na/1.png 0\n2.png 1\n\nb/two words.png\t1\r\n./b/1.png 0\n');
    expect(found).toMatchObject({ labels: Int8Array.of(0, 1, 0, 1), matched: 4, unknownNames: [], unlabelled: [] });
  });

  it('may name more of a path than the data set does', async () => {
    const { labels } = await read('images/1.png 1\nimages\\2.png 0\n', ['1.png', '2.png']);
    expect(labels).toEqual(Int8Array.of(1, 0));
  });

  it('that fit no image, or several, are named, and so are images without one', async () => {
    expect(await read('1.png 1\nnowhere.png 0\na/2.png 1\n')).toEqual({
      labels: Int8Array.of(-1, 1, -1, -1),
      matched: 1,
      unknownNames: ['nowhere.png'],
      ambiguousNames: [{ name: '1.png', examples: ['a/1.png', 'b/1.png'] }],
      unlabelled: ['a/1.png', 'b/1.png', 'b/two words.png'],
    });
  });

  it('for a name that several images have are told with two of them', async () => {
    const [sentence] = unmatchedLabels(await read('1.png 1\na/2.png 1\n'));
    expect(sentence).toBe(
      'Labels for names that several images have, where paths are needed: 1 (1.png: a/1.png, b/1.png)',
    );
    await expect(read('1.png 1\n')).rejects.toThrow(/“1\.png” may be a\/1\.png, b\/1\.png\. Paths from/);
  });

  it.each([
    'path,label\na/1.png,0\na/2.png,1\n',
    'Image;Label\na/1.png;good\na/2.png;bad\n',
    'path,label\na/1.png,0.0\na/2.png,1.0\n',
    'path,label\na/1.png,False\na/2.png,True\n',
    'label\tfile\tnote\nNormal\ta/1.png\tx\nanomaly\ta/2.png\t\n',
    '"path","label"\n"a/1.png","0"\n"a/2.png","1"\n',
  ])('may be a table: %j', async (table) => {
    expect((await read(table)).labels).toEqual(Int8Array.of(0, 1, -1, -1));
  });

  it.each(['0110', '0110\n', '0\n1\n1\n0\n', '0 1 1 0'])('may be nothing but characters: %j', async (characters) => {
    expect((await read(characters)).labels).toEqual(Int8Array.of(0, 1, 1, 0));
  });

  it.each([
    ['01', /not equally many \(2 and 4\)/],
    ['', /is empty/],
    ['path,label\n', /holds no labels/],
    ['# nothing but a comment\n', /holds no labels/],
    ['a/1.png 0\na/2.png maybe\n', /Line 2 of “.*labels” has the label “maybe”/],
    ['a/1.png 0\njust-a-name\n', /Line 2 of .* is “just-a-name”, but “name 0” or “name 1” is expected/],
    ['a/1.png 0\na/1.png 1\n', /Line 2 of .* contradicts an earlier label of “a\/1.png”/],
    ['path,class\na/1.png,0\n', /needs a header with “path”.* and “label”; it has: path, class/],
    [
      'nowhere.png 0\n1.png 1\n',
      /No name in .* \(2 in all\): it has “nowhere.png”, the images are named like “a\/1.png”/,
    ],
    ['path,label\na/1.png,0\na/2.png,7\n', /Line 3 of .* has the label “7”/],
  ])('that cannot be understood are refused with the line: %j', async (content, reason) => {
    await expect(read(content)).rejects.toMatchObject({ code: 'labels-invalid' });
    await expect(read(content)).rejects.toThrow(reason);
  });

  it('in a file that is not there are told so', async () => {
    const reading = readLabels(scratch.path('nowhere.txt'), paths);
    await expect(reading).rejects.toMatchObject({ code: 'labels-invalid' });
    await expect(reading).rejects.toThrow('does not exist');
  });
});

describe('labels by folder', () => {
  const layout = async (names: readonly string[]) => [...(await readLabels('layout', names)).labels];

  it('are 0 in good, normal and ok, 1 in other folders below test, unknown elsewhere', async () => {
    const names = [
      'train/good/1.png',
      'test/good/1.png',
      'test/Broken/1.png',
      'ground_truth/broken/1.png',
      'test/1.png',
    ];
    expect(await layout(names)).toEqual([0, 0, 1, -1, -1]);
  });

  it('also when the data set is the test folder itself', async () => {
    expect(await layout(['good/1.png', 'scratch/1.png', 'normal/1.png', 'ok/a/1.png', '1.png'])).toEqual([
      0, 1, 0, 0, -1,
    ]);
  });

  it('are refused when no folder says what is normal', async () => {
    await expect(layout(['a/1.png', 'b/2.png'])).rejects.toMatchObject({ code: 'labels-invalid' });
  });
});
