import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectSource } from '../../../src/engine/dataset/inspect-source';
import { scratchFolder } from '../../fixtures/scratch-folder';
import { npy, zip } from './numpy-files';

const scratch = scratchFolder();

/** Files that count as images by their names; nothing is decoded. */
function images(folder: string, count = 2): void {
  for (let i = 1; i <= count; i++) scratch.write(`${folder}/${i}.png`, 'not looked at');
}

/** The report with places relative to the folder, as `a/b.npz#c`. */
async function inspect(place = '') {
  const report = await inspectSource(scratch.path(place));
  const near = (text: string) => (text === 'layout' ? text : path.relative(scratch.path(), text).replaceAll('\\', '/'));
  const suggestion = Object.fromEntries(Object.entries(report.suggestion).map(([key, text]) => [key, near(text)]));
  return { ...report, suggestion };
}

describe('a data set with known anomalies', () => {
  it('is recognised by its folders and the label file of its test part', async () => {
    images('train', 5);
    images('proliv');
    images('test/imgs', 3);
    scratch.write('test/test_annotation.txt', '1.png 0\n2.png 1\n3.png 0\n');
    const report = await inspect();
    expect(report).toMatchObject({
      layout: 'known-anomalies',
      suggestion: {
        source: 'test/imgs',
        trainOn: 'train',
        knownAnomalies: 'proliv',
        labels: 'test/test_annotation.txt',
      },
      arrays: [],
    });
    expect(report.description).toMatch(
      /^.+ can be used so: train on “train”, take “proliv” as known anomalies, score “test\/imgs” and measure against “test\/test_annotation\.txt”\.$/,
    );
  });

  it.each(['anomalies', 'bad', 'Defects', 'known_bad', 'NG'])('may call them %s', async (name) => {
    images('Training');
    images(name);
    images('test');
    expect(await inspect()).toMatchObject({
      layout: 'known-anomalies',
      suggestion: { source: 'test', trainOn: 'Training', knownAnomalies: name },
    });
  });

  it('without a test part ranks what it trains on', async () => {
    images('train');
    images('bad');
    expect((await inspect()).suggestion).toEqual({ source: 'train', knownAnomalies: 'bad' });
  });

  it('may have good and bad folders in both parts', async () => {
    for (const folder of ['train/good', 'train/bad', 'test/good', 'test/bad']) images(folder);
    expect(await inspect()).toMatchObject({
      layout: 'known-anomalies',
      suggestion: { source: 'test', trainOn: 'train/good', knownAnomalies: 'train/bad', labels: 'layout' },
    });
  });

  it('takes no text file for labels that says nothing of its images', async () => {
    images('train');
    images('bad');
    images('test');
    scratch.write('test/readme.txt', 'Two pictures.\n');
    scratch.write('labels.txt', 'other.png 1\nanother.png 0\n');
    scratch.write('all-good.txt', '1.png 0\n2.png 0\n');
    expect(await inspect()).toMatchObject({ layout: 'known-anomalies', suggestion: { source: 'test' } });
    expect((await inspect()).suggestion).not.toHaveProperty('labels');
  });
});

describe('the layout of MVTec', () => {
  it('is recognised, and its masks are passed over', async () => {
    for (const folder of ['train/good', 'test/good', 'test/broken_large', 'ground_truth/broken_large']) images(folder);
    expect(await inspect()).toMatchObject({
      layout: 'mvtec',
      suggestion: { source: 'test', trainOn: 'train/good', labels: 'layout' },
    });
  });

  it('may have a validation part', async () => {
    for (const folder of ['train/good', 'validation/good', 'test/good', 'test/logical_anomalies']) images(folder);
    expect((await inspect()).suggestion).toEqual({
      source: 'test',
      trainOn: 'train/good',
      validation: 'validation/good',
      labels: 'layout',
    });
  });

  it('of the test part alone gives labels', async () => {
    for (const folder of ['test/good', 'test/scratch']) images(folder);
    expect(await inspect('test')).toMatchObject({ layout: 'plain', suggestion: { source: 'test', labels: 'layout' } });
  });
});

describe('train and test folders', () => {
  it('are used as such', async () => {
    for (const folder of ['train', 'val', 'test']) images(folder);
    expect(await inspect()).toMatchObject({
      layout: 'plain',
      suggestion: { source: 'test', trainOn: 'train', validation: 'val' },
    });
  });

  it('that are empty are not', async () => {
    images('train');
    scratch.write('test/.hidden', '');
    expect((await inspect()).suggestion).toEqual({ source: '' });
  });
});

describe('a pile of images', () => {
  it('is one pile, whatever its folders are called', async () => {
    images('monday', 2);
    images('tuesday', 3);
    const report = await inspect();
    expect(report).toMatchObject({ layout: 'plain', suggestion: { source: '' } });
    expect(report.description).toContain(': 5 images.');
  });

  it('may have its labels beside it, or in the list that names it', async () => {
    images('pictures', 2);
    scratch.write('labels.csv', 'path,label\npictures/1.png,0\npictures/2.png,1\n');
    expect((await inspect()).suggestion).toEqual({ source: '', labels: 'labels.csv' });
    expect((await inspect('labels.csv')).suggestion).toEqual({ source: 'labels.csv', labels: 'labels.csv' });
  });

  it('that is empty or missing is told as a scan tells it', async () => {
    await expect(inspect()).rejects.toMatchObject({ code: 'source-empty' });
    await expect(inspect('nowhere')).rejects.toMatchObject({ code: 'source-missing' });
  });
});

describe('arrays', () => {
  const pictures = npy([3, 4, 4], new Uint8Array(48));
  const vectors = npy([3], new Uint8Array(3));

  it('of one archive are told apart by their names', async () => {
    const members = ['y_test', 'x_train', 'x_test'].map((name) => ({
      name: `${name}.npy`,
      content: name.startsWith('y') ? vectors : pictures,
    }));
    scratch.write('digits.npz', zip(members));
    const report = await inspect('digits.npz');
    expect(report).toMatchObject({
      layout: 'arrays',
      suggestion: { source: 'digits.npz#x_test', trainOn: 'digits.npz#x_train' },
    });
    expect(report.description).toBe('digits.npz can be used so: train on “x_train” and score “x_test”.');
    expect(report.arrays.find(({ name }) => name === 'y_test')?.problem).toBeDefined();
  });

  it('may hold labels of zeros and ones beside the images', async () => {
    const labels = npy([3], Uint8Array.of(0, 1, 0));
    const members = { x_train: pictures, x_test: pictures, y_train: vectors, y_test: labels };
    scratch.write(
      'digits.npz',
      zip(Object.entries(members).map(([name, content]) => ({ name: `${name}.npy`, content }))),
    );
    expect((await inspect('digits.npz')).suggestion).toEqual({
      source: 'digits.npz#x_test',
      trainOn: 'digits.npz#x_train',
      labels: 'digits.npz#y_test',
    });
  });

  it('without telling names are left to be chosen', async () => {
    scratch.write('two.npz', zip(['a', 'b'].map((name) => ({ name: `${name}.npy`, content: pictures }))));
    const report = await inspect('two.npz');
    expect(report.suggestion).toEqual({ source: 'two.npz' });
    expect(report.description).toBe('two.npz holds 2 arrays of images (“a”, “b”): choose which to score.');
  });

  it('in a folder of their own are told apart by their names', async () => {
    scratch.write('train.npy', pictures);
    scratch.write('test.npy', pictures);
    expect(await inspect()).toMatchObject({
      layout: 'arrays',
      suggestion: { source: 'test.npy', trainOn: 'train.npy' },
    });
  });

  it('that are alone, or chosen, are described', async () => {
    scratch.write('faces.npy', pictures);
    expect(await inspect('faces.npy')).toMatchObject({ layout: 'plain', suggestion: { source: 'faces.npy' } });
    scratch.write('two.npz', zip(['a', 'b'].map((name) => ({ name: `${name}.npy`, content: pictures }))));
    expect(await inspect('two.npz#b')).toMatchObject({ layout: 'plain', suggestion: { source: 'two.npz#b' } });
  });

  it('that are not there are refused with the names of those that are', async () => {
    const pictures = npy([3, 2, 2], new Uint8Array(12));
    scratch.write('two.npz', zip(['a', 'b'].map((name) => ({ name: `${name}.npy`, content: pictures }))));
    await expect(inspect('two.npz#c')).rejects.toMatchObject({
      code: 'source-invalid',
      message: expect.stringMatching(/has no array “c”; there is “a”, “b”/) as unknown,
    });
  });
});
