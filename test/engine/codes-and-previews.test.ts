/** Codes that are edited, drawn and exported; the look at training before it begins. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunFolder } from '../../src/engine/runs/run-folder';
import { createEngine } from '../../src/engine/service';
import { mapMethods, type EngineApi, type RunMode } from '../../src/shared/contracts';
import { defaultSettings, type ScanRequest, type ScanSettings } from '../../src/shared/settings';
import { completed, silentEvents } from './engine-child';
import { writeNpy } from './npy-file';
import { removeFolder, temporaryFolder, writePictures } from './picture-folders';

let folder: string;
let pictures: string;
let engine: EngineApi;
let run: string;
const broken = 4;

beforeAll(async () => {
  folder = await temporaryFolder();
  pictures = path.join(folder, 'pictures');
  engine = createEngine(silentEvents);
  await writePictures(pictures, 30, [7]);
  await writeFile(path.join(pictures, `picture ${broken + 1}.png`), 'no picture');
  const settings: Partial<ScanSettings> = {
    epochs: 15,
    batchSize: 8,
    learningRate: 5e-3,
    augment: { rotate: 3, flipHorizontal: true, brightness: 0.05 },
    denoise: { kind: 'gaussian', probability: 0.5, amount: 0.05 },
  };
  run = await finishedRun(request(pictures, settings), 'scan');
});

afterAll(async () => {
  await removeFolder(folder);
});

function request(source: string, settings: Partial<ScanSettings> = {}): ScanRequest {
  return { source, withSource: 'auto', settings: { ...defaultSettings, threads: 1, ...settings } };
}

async function finishedRun(asked: ScanRequest, mode: RunMode): Promise<string> {
  const { runFolder } = await engine.start(asked, mode);
  await completed(engine, runFolder);
  return runFolder;
}

async function pixelsOf(dataUri: string): Promise<{ data: Buffer; width: number; height: number; channels: number }> {
  expect(dataUri).toMatch(/^data:image\/png;base64,/);
  const { data, info } = await sharp(Buffer.from(dataUri.slice(dataUri.indexOf(',') + 1), 'base64'))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, ...info };
}

/** The largest difference of two pictures in levels. */
async function difference(a: string, b: string): Promise<number> {
  const [first, second] = [await pixelsOf(a), await pixelsOf(b)];
  expect(first.data.length).toBe(second.data.length);
  return first.data.reduce((most, level, place) => Math.max(most, Math.abs(level - (second.data[place] ?? 0))), 0);
}

describe('the code of an image', () => {
  it('draws the reconstruction as long as nothing is edited', async () => {
    const { before, after, reconstruction, edited, lowest, highest } = await engine.latentEdit(run, 0, []);
    expect(after).toEqual(before);
    expect(await difference(reconstruction, edited)).toBeLessThanOrEqual(1);
    before.forEach((value, element) => {
      expect(value).toBeGreaterThanOrEqual((lowest[element] ?? NaN) - 1e-5);
      expect(value).toBeLessThanOrEqual((highest[element] ?? NaN) + 1e-5);
      expect(highest[element]).toBeGreaterThan(lowest[element] ?? NaN);
    });
  });

  it('draws another picture when an element is edited, and the same again afterwards', async () => {
    const plain = await engine.latentEdit(run, 0, []);
    const far = 30 * (plain.highest[1] ?? 0) + 30;
    const edits = [
      { element: 2, change: 'set', amount: far },
      { element: 3, change: 'multiply', amount: 3 },
    ] as const;
    const changed = await engine.latentEdit(run, 0, edits);
    expect(changed.before).toEqual(plain.before);
    expect(changed.after[1]).toBeCloseTo(far, 3);
    expect(changed.after[2]).toBeCloseTo(3 * (plain.before[2] ?? NaN), 4);
    expect(changed.after.slice(3)).toEqual(plain.before.slice(3));
    expect(changed.reconstruction).toBe(plain.reconstruction);
    expect(await difference(changed.edited, plain.edited)).toBeGreaterThan(5);
    expect((await engine.latentEdit(run, 0, [])).edited).toBe(plain.edited);
  });

  it('is shown of two runs at once, whoever asks in between', async () => {
    const array = path.join(folder, 'second.npy');
    await writeNpy(array, 20, [3]);
    const second = await finishedRun(request(array, { epochs: 1, batchSize: 8 }), 'scan');
    const alone = { first: await engine.latentEdit(run, 0, []), second: await engine.latentEdit(second, 0, []) };
    for (let round = 0; round < 3; round++) {
      const [compared, ...edited] = await Promise.all([
        engine.compare(second, 2),
        engine.latentEdit(run, 0, []),
        engine.latentEdit(second, 0, []),
      ]);
      expect(compared.reconstruction).toBeDefined();
      expect(edited).toEqual([alone.first, alone.second]);
    }
  });

  it('is of the image that is asked for', async () => {
    const [first, second] = [await engine.latentEdit(run, 0, []), await engine.latentEdit(run, 1, [])];
    expect(second.before).not.toEqual(first.before);
    expect(second.original).not.toBe(first.original);
  });

  it('is refused for elements and images that are not there, unreadable ones, and before there is a model', async () => {
    const edit = (element: number) => engine.latentEdit(run, 0, [{ element, change: 'set', amount: 1 }]);
    await expect(edit(0)).rejects.toMatchObject({ code: 'settings-invalid' });
    await expect(edit(10_000)).rejects.toThrow(/has no element 10000\. Elements count from 1 to \d+\./);
    await expect(engine.latentEdit(run, 30, [])).rejects.toThrow('it holds 30');
    await expect(engine.latentEdit(run, broken, [])).rejects.toMatchObject({ code: 'source-unreadable' });
    const out = path.join(folder, 'untrained');
    const { run: untrained } = await RunFolder.create({ ...request(pictures), out }, new Date());
    const entry = { path: 'one.png', sha256: '', bytes: 1, modifiedMs: 0, width: 1, height: 1 };
    await untrained.writeManifest([entry]);
    await expect(engine.latentEdit(out, 0, [])).rejects.toThrow('has no trained model yet');
  });

  it('is saved as three pictures side by side, large enough to be seen', async () => {
    const file = path.join(folder, 'edited.png');
    const edits = [{ element: 1, change: 'add', amount: 50 }] as const;
    expect(await engine.saveLatentPicture(run, 0, edits, file, false)).toEqual({ file });
    const { original } = await engine.latentEdit(run, 0, edits);
    const seen = await pixelsOf(original);
    const saved = await sharp(file).raw().toBuffer({ resolveWithObject: true });
    const factor = Math.round(256 / seen.width);
    expect(saved.info).toMatchObject({ width: 3 * seen.width * factor + 48, height: seen.height * factor + 24 });
    const corner = 3 * (12 * saved.info.width + 12);
    expect([...saved.data.subarray(corner, corner + 3)]).toEqual([...seen.data.subarray(0, 3)]);

    await expect(engine.saveLatentPicture(run, 0, [], file, false)).rejects.toThrow('exists already');
    const before = await readFile(file);
    await engine.saveLatentPicture(run, 1, [], file, true);
    expect((await readFile(file)).equals(before)).toBe(false);
  });
});

describe('the codes of all images', () => {
  it('are exported as NumPy reads them, in the order of the images, NaN where one is unreadable', async () => {
    const file = path.join(folder, 'codes.npy');
    expect(await engine.exportRun(run, 'latents', file, false)).toMatchObject({ images: 30 });
    const bytes = await readFile(file);
    const code = (await engine.latentEdit(run, 0, [])).before;
    const start = 10 + bytes.readUInt16LE(8);
    expect(bytes.subarray(10, start).toString('latin1')).toContain(`'shape': (30, ${code.length}), }`);
    expect(bytes).toHaveLength(start + 30 * code.length * 4);
    const row = (index: number) =>
      code.map((_, element) => bytes.readFloatLE(start + 4 * (index * code.length + element)));
    row(0).forEach((value, element) => expect(value).toBeCloseTo(code[element] ?? NaN, 4));
    expect(row(broken).every(Number.isNaN)).toBe(true);
    expect(row(29).some(Number.isNaN)).toBe(false);
  });

  it('are there as well when a trained run scores other images', async () => {
    const others = path.join(folder, 'others.npy');
    await writeNpy(others, 12, []);
    const scored = await finishedRun({ ...request(others), model: run }, 'score');
    const { before, lowest } = await engine.latentEdit(scored, 11, []);
    expect(before).toHaveLength(lowest.length);
  });
});

describe('the comparison of an image', () => {
  it('tells how the pixel values are spread', async () => {
    const { pixelDistribution } = await engine.compare(run, 0);
    expect(pixelDistribution?.original).toHaveLength(64);
    expect(pixelDistribution?.original.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
    expect(pixelDistribution?.reconstruction.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
  });

  it('warns of a network that draws one value, in the run as well', async () => {
    const modelFile = path.join(folder, 'dead.json');
    const dead = {
      name: 'draws the colour of one pixel',
      input: { channels: 3, height: 32, width: 32 },
      encoder: [
        { type: 'resize', height: 1, width: 1 },
        { type: 'conv', out: 3, kernel: 1 },
      ],
      decoder: [{ type: 'resize', height: 32, width: 32 }],
    };
    await writeFile(modelFile, JSON.stringify(dead));
    const collapsed = await finishedRun(request(pictures, { epochs: 1, modelFile }), 'scan');
    const { record } = await engine.open(collapsed);
    expect(record.notes.join('\n')).toMatch(/The network draws nearly the same value everywhere \(in 29 of 29 images/);
    expect((await engine.compare(collapsed, 0)).pixelDistribution?.collapsed).toBe(true);
    expect((await engine.open(run)).record.notes.join('\n')).not.toContain('nearly the same value');
  });
});

describe('a preview of training', () => {
  const changes: Partial<ScanSettings> = {
    augment: { rotate: 20, flipHorizontal: true, brightness: 0.2 },
    denoise: { kind: 'mask', probability: 1, amount: 0.5 },
  };

  it('shows twelve images plain, changed, and as the network sees them, without making a run', async () => {
    const source = path.join(folder, 'to preview');
    await writePictures(source, 40);
    const before = await readdir(folder);
    const samples = await engine.previewTraining(request(source, changes), 12);
    expect(samples).toHaveLength(12);
    expect(new Set(samples.map(({ original }) => original)).size).toBeGreaterThan(8);
    for (const { original, augmented, input } of samples) {
      expect(await difference(original, augmented)).toBeGreaterThan(0);
      const [clean, corrupted] = [await pixelsOf(augmented), await pixelsOf(input)];
      expect(corrupted.data.every((level, place) => level === 0 || level === clean.data[place])).toBe(true);
      expect(corrupted.data.filter((level) => level === 0).length / corrupted.data.length).toBeGreaterThan(0.5);
    }
    expect(await readdir(folder)).toEqual(before);
    expect(await engine.previewTraining(request(source, changes), 12)).toEqual(samples);
  });

  it('shows images as they are when nothing is changed, and as many as there are', async () => {
    const samples = await engine.previewTraining(request(pictures), 50);
    expect(samples.length).toBeGreaterThan(28);
    for (const { original, augmented, input } of samples) expect([augmented, input]).toEqual([original, original]);
  });

  it('looks at the images that are trained on, as they are by now', async () => {
    const array = path.join(folder, 'train.npy');
    const preview = () => engine.previewTraining({ ...request(pictures, changes), trainOn: array }, 12);
    await writeNpy(array, 3, []);
    expect(await preview()).toHaveLength(3);
    expect(await preview()).toHaveLength(3);
    await writeNpy(array, 5, []);
    expect(await preview()).toHaveLength(5);
  });

  it('is refused with a reason when there is nothing to show', async () => {
    const none = path.join(folder, 'nothing here');
    await expect(engine.previewTraining(request(none), 12)).rejects.toMatchObject({ code: 'source-missing' });
    for (const count of [0, 2.5, 101, NaN]) {
      await expect(engine.previewTraining(request(pictures), count)).rejects.toMatchObject({
        code: 'settings-invalid',
      });
    }
    await expect(engine.previewTraining(request(pictures, { preset: 'no such' }), 12)).rejects.toThrow('no such');
  });
});

describe('the map of a run', () => {
  it('has a place for every image that could be read, by either method, and keeps it', async () => {
    for (const method of mapMethods) {
      let map = await engine.imageMap(run, method);
      while (map.done < 1) map = await engine.imageMap(run, method);
      expect([...map.indexes]).toEqual([...Array(30).keys()].filter((index) => index !== broken));
      expect([...map.places].every((place) => Math.abs(place) <= 1.0001)).toBe(true);
      expect(Math.max(...map.places.map(Math.abs))).toBeCloseTo(1, 4);
      const again = await createEngine(silentEvents).imageMap(run, method);
      expect(again).toEqual(map);
      expect(await readdir(path.join(run, 'scores'))).toContain(`map-${method}.f32`);
    }
  });
});
