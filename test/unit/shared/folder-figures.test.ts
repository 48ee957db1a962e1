import { describe, expect, it } from 'vitest';
import { folderFigures } from '../../../src/shared/folder-figures';

describe('figures by folder', () => {
  const rest = { scores: [9, 1, 8, 2, 3], labels: [1, 0, 1, 1, -1], flags: [1, 0, 1, 0, 0] };

  it('go by the first level at which the paths differ', () => {
    const paths = ['a/b/left/1.png', 'a/b/left/x/2.png', 'a/b/right/1.png', 'a/b/right/2.png', 'a/b/3.png'];
    const figures = folderFigures({ paths, ...rest });
    expect(figures.map(({ folder, images, flagged, labelled }) => [folder, images, flagged, labelled])).toEqual([
      ['left', 2, 1, 2],
      ['right', 2, 1, 2],
      ['', 1, 0, 0],
    ]);
    expect(figures[0]).toMatchObject({ tpr: 1, tnr: 1, auroc: 1 });
    expect(figures[1]).toMatchObject({ tpr: 0.5 });
    expect(figures[1]).not.toHaveProperty('tnr');
    expect(figures[1]).not.toHaveProperty('auroc');
  });

  it('are none where all images lie in one folder', () => {
    expect(folderFigures({ paths: ['a/1', 'a/2', 'a/3', 'a/4', 'a/5'], ...rest })).toEqual([]);
    expect(folderFigures({ paths: [], scores: [], labels: [], flags: [] })).toEqual([]);
  });
});
