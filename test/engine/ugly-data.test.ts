/** Folders as they are found, not as one would wish them: each gives a clear result or a sentence, and stops nothing else. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge } from '../../src/shared/judgement';
import type { RunSnapshot } from '../../src/shared/run';
import { defaultSettings } from '../../src/shared/settings';
import { completed, startEngineChild, type EngineChild } from './engine-child';
import { removeFolder, temporaryFolder, writeBroken, writePictures } from './picture-folders';

const side = 40;
let folder = '';
let engine: EngineChild;

beforeAll(async () => {
  folder = await temporaryFolder();
  engine = startEngineChild();
});
afterAll(async () => {
  await engine.stop();
  await removeFolder(folder);
});

const picture = (x: number): Sharp =>
  sharp(
    Buffer.from(
      `<svg width="${side}" height="${side}"><circle cx="${14 + (x % 12)}" cy="20" r="11" fill="#e80"/></svg>`,
    ),
  );
const plain = (width: number, height: number): Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#bbb' } });

async function write(name: string, files: Readonly<Record<string, Uint8Array | Promise<Buffer>>>): Promise<string> {
  const place = path.join(folder, name);
  await mkdir(place, { recursive: true });
  for (const [file, data] of Object.entries(files)) await writeFile(path.join(place, file), await data);
  return place;
}

async function start(source: string): Promise<string> {
  const settings = { ...defaultSettings, threads: 1, epochs: 2, imageSize: 16 };
  return (await engine.api.start({ source, withSource: 'auto', settings }, 'scan')).runFolder;
}

async function scan(source: string): Promise<RunSnapshot> {
  const runFolder = await start(source);
  await completed(engine.api, runFolder);
  return engine.api.open(runFolder);
}

/** Pictures that no two programs write alike, by the names they get. */
async function everyKind(): Promise<Record<string, Uint8Array | Promise<Buffer>>> {
  const frames = await Promise.all([0, 4, 8].map((x) => picture(x).ensureAlpha().raw().toBuffer()));
  const animation = () =>
    sharp(Buffer.concat(frames), { raw: { width: side, height: 3 * side, channels: 4, pageHeight: side } });
  const deep = Uint16Array.from({ length: side * side * 3 }, (_, place) => (place * 37) % 65536);
  return {
    'one pixel.png': plain(1, 1).png().toBuffer(),
    'wide.jpg': plain(20_000, 100).jpeg().toBuffer(),
    'a line.png': plain(20_000, 2).png().toBuffer(),
    'a column.png': plain(2, 20_000).png().toBuffer(),
    'sixteen bits.png': sharp(deep, { raw: { width: side, height: side, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer(),
    'cmyk.jpg': picture(1).flatten().toColourspace('cmyk').jpeg().toBuffer(),
    'palette.png': picture(2).png({ palette: true, colours: 16 }).toBuffer(),
    'moving.gif': animation().gif().toBuffer(),
    'moving.webp': animation().webp().toBuffer(),
    'turned.jpg': picture(3).flatten().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
  };
}

/** As Linux and macOS let them be; Windows refuses most. */
const names =
  process.platform === 'win32'
    ? [`${'n'.repeat(196)}.png`, 'emoji 🍎.png', '%41 #1.png', '-dash.png', '=1+1.png']
    : [
        `${'n'.repeat(196)}.png`,
        'emoji 🍎.png',
        '%41 #1?.png',
        '-dash.png',
        '=1+1.png',
        ' space.png',
        'line\nbreak.png',
        'tab\tand \u001b[31mred.png',
        `"quotes" 'and' \`more\`.png`,
        '<img src=x>.png',
        'back\\slash.png',
      ];

describe('a folder', () => {
  it('of images that are all the same flags none, and says why the line lies where it does', async () => {
    const same = picture(1).png().toBuffer();
    const source = await write('same', Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`${at}.png`, same])));
    const snapshot = await scan(source);
    for (const column of Object.values(snapshot.scores)) expect(new Set(column).size).toBe(1);
    expect(judge(snapshot)?.flagged).toBe(0);
  });

  it('of single pixels has a score for each', async () => {
    const source = await write(
      'pixels',
      Object.fromEntries(
        [0, 1, 2, 3].map((at) => [
          `${at}.png`,
          plain(1, 1)
            .modulate({ brightness: 1 - at / 9 })
            .png()
            .toBuffer(),
        ]),
      ),
    );
    const { scores } = await scan(source);
    for (const [name, column] of Object.entries(scores)) expect([...column].every(Number.isFinite), name).toBe(true);
  });

  it('of nothing but broken files fails with the reason of each', async () => {
    const source = path.join(folder, 'broken');
    const broken = await writeBroken(source);
    const record = await engine.api.finished(await start(source));
    expect(record.status).toBe('failed');
    for (const name of broken) expect(record.error?.message).toContain(`“${name}”: `);
  });
});

describe('a folder of everything', () => {
  let source = '';
  let snapshot: RunSnapshot;
  let kinds: readonly string[] = [];

  beforeAll(async () => {
    const files = await everyKind();
    kinds = Object.keys(files);
    source = await write('everything', {
      ...files,
      ...Object.fromEntries(names.map((name, at) => [name, picture(at).png().toBuffer()])),
      'empty.png': new Uint8Array(),
      'text.png': new TextEncoder().encode('This is a text.'),
    });
    await writePictures(source, 12);
    snapshot = await scan(source);
  });

  const placeOf = (name: string) => snapshot.paths.indexOf(name);

  it('is ranked but for what is no image, which keeps its place and its reason', () => {
    expect(snapshot.paths).toHaveLength(kinds.length + names.length + 2 + 12);
    const unreadable = Object.entries(snapshot.unreadable).map(([index, reason]) => [
      snapshot.paths[Number(index)],
      reason,
    ]);
    expect(Object.fromEntries(unreadable)).toEqual({
      'empty.png': 'the file is empty',
      'text.png': 'it is not an image',
    });
    for (const name of [...kinds, ...names]) {
      expect(placeOf(name), name).toBeGreaterThanOrEqual(0);
      expect(snapshot.scores['anomaly']?.[placeOf(name)], name).not.toBeNaN();
    }
  });

  it('has a small picture of each and a comparison of each kind', async () => {
    const all = [...kinds, ...names].map(placeOf);
    const files = (await engine.api.thumbnails(snapshot.runFolder, all)).map((thumbnail) =>
      'file' in thumbnail ? path.join(snapshot.runFolder, 'thumbnails', thumbnail.file) : thumbnail.error,
    );
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
    for (const kind of kinds) {
      const { original, width, height } = await engine.api.compare(snapshot.runFolder, placeOf(kind));
      expect(original, kind).toMatch(/\w/);
      expect(width * height, kind).toBeGreaterThan(0);
    }
  });

  it('keeps its names in every export, or says which of them cannot be in it', async () => {
    const { review, runFolder } = snapshot;
    await engine.api.saveReview(runFolder, { ...review, threshold: { method: 'value', parameter: -1000 } });
    const exported = async (format: 'binary' | 'json' | 'report') => {
      const file = path.join(folder, `export.${format}`);
      await engine.api.exportRun(runFolder, format, file, false);
      return await readFile(file, 'utf8');
    };
    expect(await exported('binary')).toBe('1'.repeat(snapshot.paths.length));
    const json = await exported('json');
    for (const name of names) expect(json).toContain(`"path":${JSON.stringify(name)}`);
    const page = await exported('report');
    expect(page).not.toContain('<img src=x>');
    expect(page).not.toContain('\u001b');
    if (process.platform === 'win32') return;
    await expect(engine.api.exportRun(runFolder, 'list', path.join(folder, 'list.txt'), false)).rejects.toThrow(
      '“line\\nbreak.png” has a line break in its name',
    );
  });

  it('is moved away and comes back, byte for byte', async () => {
    const before = await readFile(path.join(source, names[0] ?? ''));
    const report = await engine.api.quarantine(snapshot.runFolder, path.join(folder, 'away'));
    expect(report).toMatchObject({ moved: snapshot.paths.length, left: [] });
    expect(await engine.api.undoMoves(report.journal ?? '')).toMatchObject({
      restored: snapshot.paths.length,
      left: [],
    });
    expect(await readFile(path.join(source, names[0] ?? ''))).toEqual(before);
  });
});
