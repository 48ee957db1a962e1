import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { encodeBinary, encodeCsv, encodeJson, encodeList, formatFloat32 } from '../../../src/shared/exports';
import type { ExportRow } from '../../../src/shared/exports';

const rows: ExportRow[] = [
  { index: 0, path: 'plain.png', flag: 0, score: 0.1, scores: [Math.fround(0.1), 2], sha256: 'aa' },
  {
    index: 1,
    path: 'a "quoted", name\nwith a break.png',
    flag: 1,
    score: 12.5,
    scores: [1e-7, 3],
    decision: 'bad',
    sha256: 'bb',
  },
  { index: 2, path: 'broken.jpg', flag: 1, score: NaN, scores: [NaN, NaN], sha256: '' },
];
const names = ['reconstruction', 'pca'];

describe('the 0/1 file', () => {
  it('is one character an image and nothing else', () => {
    expect(encodeBinary(Uint8Array.of(0, 1, 1, 0))).toBe('0110');
    expect(encodeBinary(new Uint8Array())).toBe('');
  });

  it('holds a hundred thousand images in their order', () => {
    const flags = Uint8Array.from({ length: 100_003 }, (_, i) => (i % 7 === 3 ? 1 : 0));
    const text = encodeBinary(flags);
    expect(text).toHaveLength(flags.length);
    expect(flags.every((flag, i) => text[i] === String(flag))).toBe(true);
  });
});

describe('the CSV', () => {
  const text = [...encodeCsv(rows, names)].join('');

  it('starts with the promised header and ends every record with CR LF', () => {
    expect(text.split('\r\n')[0]).toBe('index,path,flag,score,reconstruction,pca,decision,sha256');
    expect(text.endsWith('\r\n')).toBe(true);
  });

  it('is read back by another program, whatever a path holds', () => {
    const records: unknown = parse(text, { columns: true });
    expect(records).toEqual([
      {
        index: '0',
        path: 'plain.png',
        flag: '0',
        score: '0.1',
        reconstruction: '0.1',
        pca: '2',
        decision: '',
        sha256: 'aa',
      },
      {
        index: '1',
        path: 'a "quoted", name\nwith a break.png',
        flag: '1',
        score: '12.5',
        reconstruction: '1e-7',
        pca: '3',
        decision: 'bad',
        sha256: 'bb',
      },
      { index: '2', path: 'broken.jpg', flag: '1', score: '', reconstruction: '', pca: '', decision: '', sha256: '' },
    ]);
  });

  it('comes in pieces, so that a large run is never one string', () => {
    function* many(): Generator<ExportRow> {
      for (let index = 0; index < 5500; index++)
        yield { index, path: `${index}`, flag: 0, score: 1, scores: [], sha256: '' };
    }
    const pieces = [...encodeCsv(many(), [])];
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.join('').split('\r\n')).toHaveLength(5502);
  });
});

describe('the list', () => {
  it('has the flagged paths, one a line', () => {
    expect([...encodeList([rows[0], rows[2]].filter((row) => row !== undefined))].join('')).toBe('broken.jpg\n');
  });
});

describe('the JSON', () => {
  it('has the head and a row an image, without what an image does not have', () => {
    const text = [...encodeJson(rows, names, { seed: 3, device: undefined })].join('');
    expect(JSON.parse(text)).toEqual({
      seed: 3,
      images: [
        {
          index: 0,
          path: 'plain.png',
          flag: 0,
          score: 0.1,
          scores: { reconstruction: 0.1, pca: 2 },
          sha256: 'aa',
        },
        {
          index: 1,
          path: 'a "quoted", name\nwith a break.png',
          flag: 1,
          score: 12.5,
          scores: { reconstruction: 1e-7, pca: 3 },
          decision: 'bad',
          sha256: 'bb',
        },
        { index: 2, path: 'broken.jpg', flag: 1 },
      ],
    });
  });

  it('of no image is still whole', () => {
    expect(JSON.parse([...encodeJson([], [], {})].join(''))).toEqual({ images: [] });
  });
});

describe('a score in writing', () => {
  it('is the shortest that reads back as the same float32', () => {
    for (const value of [0.1, 1 / 3, 16777217, 1e-30, 3.4028235e38, -2.5, 0]) {
      const single = Math.fround(value);
      expect(Math.fround(Number(formatFloat32(single)))).toBe(single);
    }
    expect(formatFloat32(Math.fround(0.1))).toBe('0.1');
    expect(formatFloat32(NaN)).toBe('');
  });
});
