/** What a scan is expected to take, measured in an engine process of its own. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultSettings, type ScanRequest, type ScanSettings } from '../../src/shared/settings';
import { startEngineChild, type EngineChild } from './engine-child';
import { removeFolder, temporaryFolder, writePictures } from './picture-folders';

let folder: string;
let pictures: string;
let engine: EngineChild;

beforeAll(async () => {
  folder = await temporaryFolder();
  pictures = path.join(folder, 'pictures');
  await writePictures(pictures, 24, [7]);
  engine = startEngineChild();
});

afterAll(async () => {
  await engine.stop();
  await removeFolder(folder);
});

const request = (settings: Partial<ScanSettings> = {}, more: Partial<ScanRequest> = {}): ScanRequest => ({
  source: pictures,
  withSource: 'auto',
  settings: { ...defaultSettings, threads: 1, imageSize: 32, ...settings },
  ...more,
});

describe('the estimate of a scan', () => {
  it('grows with the epochs, the images and the batch, and makes no run', async () => {
    const short = await engine.api.estimate(request({ epochs: 2, batchSize: 8 }));
    expect(short).toMatchObject({
      images: 24,
      epochs: 2,
      isCutOff: false,
      mayTrainOnMore: false,
      device: 'cpu',
      threads: 1,
    });
    for (const seconds of Object.values(short.seconds)) expect(seconds).toBeGreaterThan(0);
    expect(short.memoryBytes).toBeGreaterThan(100e6);
    expect(short.memoryBytes).toBeLessThan(1e9);
    const long = await engine.api.estimate(request({ epochs: 2000, batchSize: 8 }));
    expect(long.seconds.train).toBeGreaterThan(100 * short.seconds.train);
    expect(await readdir(folder)).toEqual(['pictures']);
  });

  it('ends with the minutes that training may take', async () => {
    const { isCutOff, seconds } = await engine.api.estimate(request({ epochs: 10_000, minutes: 0.05 }));
    expect(isCutOff).toBe(true);
    expect(seconds.train).toBeCloseTo(3);
  });

  it('counts every source, and says that the scored images may join those trained on', async () => {
    const usual = path.join(folder, 'usual');
    await writePictures(usual, 10);
    const estimate = await engine.api.estimate(request({ epochs: 2, augment: { rotate: 4 } }, { trainOn: usual }));
    expect(estimate).toMatchObject({ images: 34, mayTrainOnMore: true });
  });

  it('refuses what a scan refuses', async () => {
    await expect(engine.api.estimate(request({}, { source: path.join(folder, 'gone') }))).rejects.toMatchObject({
      code: 'source-missing',
    });
    await expect(engine.api.estimate(request({ preset: 'nothing' }))).rejects.toMatchObject({
      code: 'settings-invalid',
    });
  });
});
