import { afterAll, describe, expect, it } from 'vitest';
import { OnnxMatrixMultiplier } from '../../../src/engine/compute/onnx/matrix';
import type { TrainingSample } from '../../../src/engine/scoring/score';
import { tooEasyScore } from '../../../src/engine/scoring/scores/too-easy';
import { randomStream } from '../../../src/shared/random';

const multiplier = new OnnxMatrixMultiplier('cpu', 1);
afterAll(() => multiplier.dispose());

const tools = { multiplier, shape: [1, 1, 1] as const };
const images = 2000;
const nothing = { rows: images, columns: 0, data: new Float32Array() };

/** The first `easy` images are drawn far better; `alike`: and the encoder sees them as a kind of their own. */
async function scoresOf(easy: number, alike: boolean, columns = 24): Promise<Float32Array> {
  const random = randomStream(5, 'easy');
  const encoder = new Float32Array(images * columns);
  const losses = new Float32Array(images);
  for (let image = 0; image < images; image++) {
    const isEasy = image < easy;
    losses[image] = Math.exp(0.4 * random.normal() - (isEasy ? 1.2 : 0));
    for (let column = 0; column < columns; column++) {
      encoder[image * columns + column] = random.normal() + (alike && isEasy && column < 8 ? 3 : 0);
    }
  }
  const features = { encoder: { rows: images, columns, data: encoder }, decoder: nothing, rebuilt: nothing };
  const sample: TrainingSample = {
    latents: nothing,
    features: { ...features, stage: nothing },
    stageRows: new Uint32Array(),
    losses,
    pixelVariance: new Float32Array(1),
    pixels: { mean: new Float32Array(1), variance: new Float32Array(1) },
  };
  const statistics = await tooEasyScore.fit?.(sample, tools);
  const output = {
    reconstruction: new Float32Array(),
    latent: new Float32Array(),
    features: { encoder, decoder: nothing.data, rebuilt: nothing.data, stage: nothing.data },
  };
  const sampleRows = Int32Array.from({ length: images }, (_, image) => image);
  const batch = { count: images, images: losses, squaredErrors: losses, losses, sampleRows, output };
  return tooEasyScore.evaluate(batch, statistics ?? new Map(), tools);
}

describe('images that are drawn too well', () => {
  it.each([80, 40, 20])('are found where %i of 2,000 look alike to the encoder', async (easy) => {
    const scores = await scoresOf(easy, true);
    const [members, others] = [scores.subarray(0, easy), scores.subarray(easy)];
    expect(members.filter((score) => score > 2).length).toBeGreaterThan(0.9 * easy);
    expect(others.filter((score) => score > 2).length).toBeLessThan(0.01 * images);
  });

  it('are found where eight in two thousand do', async () => {
    const scores = await scoresOf(8, true, 60);
    expect(scores.subarray(0, 8).filter((score) => score > 2).length).toBeGreaterThanOrEqual(7);
    expect(scores.subarray(8).filter((score) => score > 2).length).toBeLessThanOrEqual(4);
  });

  it.each([24, 60])('are no group where nothing is odd, in %i features', async (columns) => {
    expect((await scoresOf(0, false, columns)).every((score) => score === 0)).toBe(true);
  });

  it('are no group where each looks like the crowd', async () => {
    expect((await scoresOf(20, false)).every((score) => score === 0)).toBe(true);
  });

  it('are no group where they are many', async () => {
    expect((await scoresOf(400, true)).every((score) => score === 0)).toBe(true);
  });
});
