/** What images a pretrained network takes: by its own shapes and metadata, or as the user says. */
import * as l10n from '@vscode/l10n';
import type * as ort from 'onnxruntime-node';
import { onnx } from 'onnx-proto';
import { UserError } from '../../../shared/errors';
import type { BackboneRecipe, BackboneWishes } from '../backbone';

/** Where neither the file nor the user says what it takes: the images' own values, 0 to 1. */
const unchanged = { mean: [0], std: [1] };
const usualSize = 128;
const sizes = { least: 8, most: 1024 };

/** Keys in the file's metadata, each with numbers between commas. */
const metadataKeys = { size: 'input_size', mean: 'mean', std: 'std' } as const;

export interface BackboneInput {
  readonly name: string;
  readonly channels: number;
  /** Absent where the network takes any. */
  readonly height: number | undefined;
  readonly width: number | undefined;
  /** A network that was exported for so many images at once takes no other number. */
  readonly batch: number | undefined;
}

export function inputOf({ inputMetadata }: ort.InferenceSession, file: string): BackboneInput {
  const [first, second] = inputMetadata;
  if (first === undefined || second !== undefined) {
    throw invalidBackbone(file, l10n.t('it has {0} inputs where one, the images, is expected', inputMetadata.length));
  }
  if (!first.isTensor || first.type !== 'float32' || first.shape.length !== 4) {
    throw invalidBackbone(file, l10n.t('its input is not a batch of float images [batch, channels, height, width]'));
  }
  const [batch, channels, height, width] = first.shape.map((size) =>
    typeof size === 'number' && size > 0 ? size : undefined,
  );
  if (channels !== 1 && channels !== 3) {
    throw invalidBackbone(
      file,
      channels === undefined
        ? l10n.t('its images have any number of channels, not 1 or 3')
        : l10n.t('its images have {0} channels in the second place, not 1 or 3', channels),
    );
  }
  return { name: first.name, channels, height, width, batch };
}

type Metadata = Readonly<Partial<Record<keyof typeof metadataKeys, readonly number[]>>>;

/** What the file itself says of the images it takes; nothing where it says nothing that can be understood. */
export function readMetadata(bytes: Uint8Array): Metadata {
  const { metadataProps } = onnx.ModelProto.decode(bytes);
  const numbersOf = (key: string): readonly number[] | undefined => {
    const text = metadataProps.find((entry) => entry.key === key)?.value ?? undefined;
    const found = text
      ?.replaceAll(/[[\]()]/g, '')
      .split(/[,x\s]+/)
      .filter((word) => word !== '')
      .map(Number);
    return found && found.length > 0 && found.every(Number.isFinite) ? found : undefined;
  };
  const size = numbersOf(metadataKeys.size);
  const mean = numbersOf(metadataKeys.mean);
  const std = numbersOf(metadataKeys.std);
  return { ...(size && { size }), ...(mean && { mean }), ...(std && { std }) };
}

/** What the user says comes first, then what the file's shapes demand, then its metadata. */
export function recipeFor(
  { file, size, mean, std }: BackboneWishes,
  input: BackboneInput,
  metadata: Metadata,
): Pick<BackboneRecipe, 'size' | 'mean' | 'std'> {
  const said = metadata.size?.at(-1) ?? usualSize;
  const height = size ?? input.height ?? metadata.size?.at(-2) ?? said;
  const width = size ?? input.width ?? said;
  if ((input.height ?? height) !== height || (input.width ?? width) !== width) {
    throw new UserError(
      'settings-invalid',
      l10n.t(
        'The backbone “{0}” takes images of {1} × {2} pixels only: leave its size out.',
        file,
        input.width ?? '?',
        input.height ?? '?',
      ),
    );
  }
  if (![height, width].every((side) => Number.isInteger(side) && side >= sizes.least && side <= sizes.most)) {
    throw invalidBackbone(
      file,
      l10n.t('images of {0} × {1} pixels are not between {2} and {3}', width, height, sizes.least, sizes.most),
    );
  }
  const recipe = {
    size: [height, width] as const,
    mean: mean ?? metadata.mean ?? unchanged.mean,
    std: std ?? metadata.std ?? unchanged.std,
  };
  for (const [what, numbers] of [
    [l10n.t('mean'), recipe.mean],
    [l10n.t('standard deviation'), recipe.std],
  ] as const) {
    if (numbers.length === 1 || numbers.length === input.channels) continue;
    throw new UserError(
      'settings-invalid',
      l10n.t(
        'The numbers of the {2} ({3}) do not suit the channels of the backbone “{0}” ({1}): give one, or one for each.',
        file,
        input.channels,
        what,
        numbers.length,
      ),
    );
  }
  if (recipe.std.some((value) => !(value > 0))) {
    throw new UserError(
      'settings-invalid',
      l10n.t('The standard deviation of the backbone “{0}” must be above 0.', file),
    );
  }
  return recipe;
}

export function invalidBackbone(file: string, why: string, options?: ErrorOptions): UserError {
  return new UserError(
    'model-invalid',
    l10n.t(
      'The backbone “{0}” cannot be used: {1}. Name an ONNX file that takes images and gives their activations.',
      file,
      why,
    ),
    options,
  );
}
