import { describe, expect, it } from 'vitest';
import { choosePreset } from '../../src/engine/model/presets';
import { checkNetwork } from '../../src/engine/model/shapes';
import { chooseNetwork, describeModels, insistedInput } from '../../src/engine/pipeline/network-choice';
import { defaultSettings, type ScanSettings } from '../../src/shared/settings';
import { scratchFolder } from '../fixtures/scratch-folder';

const scratch = scratchFolder();

function settings(changed: Partial<ScanSettings>): ScanSettings {
  return { ...defaultSettings, ...changed };
}

describe('the size that a network insists on', () => {
  it.each([
    ['an adaptive preset leaves it to the images', { preset: 'auto' }, undefined],
    ['others have their own', { preset: 'metal-spill-2' }, [3, 32, 32]],
    ['an image size is taken where it fits', { preset: 'metal-spill-2', imageSize: 48 }, [3, 48, 48]],
    ['colours, too', { preset: 'faces-linear', color: 'gray' }, [1, 64, 64]],
    ['grey digits stay grey', { preset: 'corrupted-digits', latent: 1, resize: 'bicubic' }, [1, 28, 28]],
  ] as const)('%s', async (_what, changed, expected) => {
    expect(await insistedInput(settings(changed))).toEqual(expected);
  });

  it.each([
    [{ preset: 'metal-spill-2', imageSize: 50 }, /metal-spill-2 .*multiples of 8, and got 3×50×50/],
    [{ preset: 'corrupted-digits', color: 'rgb' }, /grey images of 28×28 .*Choose the colours gray/],
    [{ preset: 'cats-among-apples', latent: 2 }, /cats-among-apples has a latent vector of fixed length/],
    [{ preset: 'faces-linear', resize: 'bicubic' }, /faces-linear has a fixed way to enlarge its maps/],
    [{ preset: 'faces-convolutional', latent: 60_000 }, /parameters; at most 100,000,000/],
  ] as const)('is refused before any image is read: %j', async (changed, message) => {
    await expect(insistedInput(settings(changed))).rejects.toThrow(message);
  });

  it('comes from a network’s file', async () => {
    const spec = choosePreset('strided-100').build([3, 100, 100]);
    const modelFile = scratch.write('my.network.json', JSON.stringify(spec));
    expect(await insistedInput(settings({ modelFile }))).toEqual([3, 100, 100]);
    expect((await chooseNetwork(settings({ modelFile }), [3, 100, 100])).spec).toEqual(spec);
    await expect(insistedInput(settings({ modelFile, latent: 3 }))).rejects.toThrow(/leave out latent/);
  });

  it('is not found in what is no network', async () => {
    const large = scratch.write('large.json', ' '.repeat(1_000_001));
    for (const [modelFile, message] of [
      [large, /large\.json does not hold a network: it is larger than 1 MB/],
      [scratch.path(), /is not a file/],
      ['/dev/zero', /not a file|cannot be read/],
      [scratch.path('none.json'), /“.*none\.json” does not exist\. Check the path\.$/],
    ] as const) {
      await expect(insistedInput(settings({ modelFile }))).rejects.toThrow(message);
    }
  });
});

describe('chooseNetwork', () => {
  it('passes the latent length and the resize mode on to the preset', async () => {
    const wanted = settings({ preset: 'corrupted-digits', latent: 2, resize: 'bilinear' });
    const { spec } = await chooseNetwork(wanted, [1, 28, 28]);
    expect(checkNetwork(spec).latentSize).toBe(2);
    expect(spec.decoder).toContainEqual({ type: 'resize', height: 14, width: 14, mode: 'bilinear' });
  });
});

describe('describeModels', () => {
  it('lists every preset with its input, its latent length and its parameters', () => {
    const models = describeModels();
    expect(new Set(models.map(({ name }) => name)).size).toBe(16);
    expect(models.find(({ name }) => name === 'resize-100')).toMatchObject({
      inputShape: [3, 100, 100],
      adaptive: false,
      latent: 32,
      parameters: 25_697,
    });
  });
});
