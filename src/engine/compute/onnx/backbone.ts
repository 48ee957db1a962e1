/** A pretrained image network that the user brings as an ONNX file: what it makes of the images, in few numbers. */
import * as l10n from '@vscode/l10n';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type * as ort from 'onnxruntime-node';
import { UserError } from '../../../shared/errors';
import type { Backbone, BackboneOutput, BackboneRecipe, BackboneWishes, PlaceMapShape } from '../backbone';
import { enlarged, type ImageSize } from '../image-scaling';
import { type BackboneInput, inputOf, invalidBackbone, readMetadata, recipeFor } from './backbone-recipe';
import { choosePlaces, describeOutputs, type NamedOutput, type PlaceOutput } from './backbone-outputs';
import { floatTensor, openSession } from './session';

/** What is measured of the features later grows with the square of their number. */
const mostFeatures = 3000;
/** Images go through in portions of so many values, as the first maps of such networks are many times as large. */
const valuesAtOnce = 2_000_000;
/**
 * @throws UserError `model-invalid` for a file that is no such network, `settings-invalid` for wishes that do not suit it
 */
export async function openBackbone(wishes: BackboneWishes, threads: number): Promise<Backbone> {
  const { file } = wishes;
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new UserError('model-invalid', l10n.t('The backbone “{0}” cannot be read. Check the path.', file), {
      cause: error,
    });
  });
  const session = await openSession(bytes, { device: 'cpu', threads }).catch((error: unknown) => {
    throw invalidBackbone(
      file,
      l10n.t('ONNX Runtime cannot open it ({0})', error instanceof Error ? error.message : String(error)),
      {
        cause: error,
      },
    );
  });
  try {
    const input = inputOf(session, file);
    const recipe = recipeFor(wishes, input, readMetadata(bytes));
    const backbone = new OnnxBackbone(session, input, {
      ...recipe,
      file,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    await backbone.prepare();
    return backbone;
  } catch (error) {
    await session.release();
    throw error;
  }
}

class OnnxBackbone implements Backbone {
  featureSize = 0;
  #places: PlaceOutput | undefined;

  constructor(
    private readonly session: ort.InferenceSession,
    private readonly input: BackboneInput,
    readonly recipe: BackboneRecipe,
  ) {}

  get mapShape(): PlaceMapShape | undefined {
    return this.#places?.shape;
  }

  /** Runs empty images, which tells how many features come out; of two, so that an output without a batch shows. */
  async prepare(): Promise<void> {
    const count = this.input.batch ?? 2;
    const outputs = await this.outputsOf(new Float32Array(count * this.valuesPerImage), count);
    this.featureSize = describeOutputs(outputs, count, undefined).features.length / count;
    const { file, size } = this.recipe;
    this.#places = choosePlaces(outputs, count, Math.max(...size));
    if (this.featureSize === 0)
      throw invalidBackbone(file, l10n.t('none of its outputs is a map or a vector of floats for each image'));
    if (this.featureSize <= mostFeatures) return;
    throw invalidBackbone(
      file,
      l10n.t(
        'its outputs have {0} features, and {1} can be measured: leave outputs away',
        this.featureSize,
        mostFeatures,
      ),
    );
  }

  async run(images: Float32Array, count: number, from: ImageSize): Promise<BackboneOutput> {
    const { size } = this.recipe;
    const values = from.channels * from.height * from.width;
    const features = new Float32Array(count * this.featureSize);
    const mapSize = this.mapShape?.reduce((product, length) => product * length, 1) ?? 0;
    const map = new Float32Array(count * mapSize);
    const portion = this.portion;
    const prepared = new Float32Array(portion * this.valuesPerImage);
    for (let start = 0; start < count; start += portion) {
      const taken = Math.min(portion, count - start);
      for (let image = 0; image < taken; image++) {
        const own = images.subarray((start + image) * values, (start + image + 1) * values);
        const target = prepared.subarray(image * this.valuesPerImage, (image + 1) * this.valuesPerImage);
        this.normalise(enlarged(own, from, size), from.channels, target);
      }
      const whole = this.input.batch === undefined ? taken : portion;
      const outputs = await this.outputsOf(prepared.subarray(0, whole * this.valuesPerImage), whole);
      const found = describeOutputs(outputs, whole, this.#places);
      features.set(found.features.subarray(0, taken * this.featureSize), start * this.featureSize);
      if (found.map) map.set(found.map.subarray(0, taken * mapSize), start * mapSize);
    }
    return { features, ...(mapSize > 0 && { map }) };
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }

  private get valuesPerImage(): number {
    const [height, width] = this.recipe.size;
    return this.input.channels * height * width;
  }

  private get portion(): number {
    return this.input.batch ?? Math.max(1, Math.min(32, Math.floor(valuesAtOnce / this.valuesPerImage)));
  }

  /** Grey images fill all channels; a network for grey ones gets the mean of the colours. */
  private normalise(pixels: Float32Array, channels: number, target: Float32Array): void {
    const [height, width] = this.recipe.size;
    const area = height * width;
    for (let channel = 0; channel < this.input.channels; channel++) {
      const mean = numberFor(this.recipe.mean, channel);
      const std = numberFor(this.recipe.std, channel);
      for (let place = 0; place < area; place++) {
        const value =
          this.input.channels === 1
            ? meanOfChannels(pixels, channels, area, place)
            : (pixels[(channels === 1 ? 0 : channel) * area + place] ?? 0);
        target[channel * area + place] = (value - mean) / std;
      }
    }
  }

  /** In the file's order. */
  private async outputsOf(prepared: Float32Array, count: number): Promise<NamedOutput[]> {
    const [height, width] = this.recipe.size;
    const shape = [count, this.input.channels, height, width];
    const outputs = await this.session
      .run({ [this.input.name]: floatTensor(prepared, shape) })
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        throw invalidBackbone(
          this.recipe.file,
          l10n.t('it does not take images of {0} × {1} pixels ({2})', width, height, reason),
        );
      });
    return this.session.outputNames.flatMap((name) => {
      const output = outputs[name];
      return output ? [{ name, output }] : [];
    });
  }
}

function numberFor(numbers: readonly number[], channel: number): number {
  return numbers[channel] ?? numbers[0] ?? 0;
}

function meanOfChannels(pixels: Float32Array, channels: number, area: number, place: number): number {
  let sum = 0;
  for (let channel = 0; channel < channels; channel++) sum += pixels[channel * area + place] ?? 0;
  return sum / channels;
}
