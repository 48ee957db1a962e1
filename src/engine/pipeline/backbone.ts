/** The pretrained network of a run: as its settings wish, or as the run was made whose model is applied. */
import * as l10n from '@vscode/l10n';
import { UserError } from '../../shared/errors';
import type { RunRecord } from '../../shared/run';
import type { ScanSettings } from '../../shared/settings';
import type { Backbone, BackboneRecipe, BackboneWishes } from '../compute/backbone';
import { openBackbone } from '../compute/onnx/backbone';
import { threadsOf } from './capacity';
import type { Stage } from './stage';

/** @throws UserError `model-invalid` or `settings-invalid` when the settings name one that cannot be used */
export async function checkBackbone(settings: ScanSettings): Promise<void> {
  await (await openWishedBackbone(settings, 1))?.dispose();
}

/** Undefined where the settings name none. @throws UserError as {@link checkBackbone} does */
export async function openWishedBackbone(settings: ScanSettings, threads: number): Promise<Backbone | undefined> {
  const wishes = wishesOf(settings);
  return wishes && (await openBackbone(wishes, threads));
}

/**
 * Opens it and notes in run.json what it was.
 * @param earlier the record of the run whose model is applied here
 * @throws UserError `run-invalid` when the file is not the one that the earlier run's statistics belong to
 */
export async function openRunBackbone({ run }: Stage, earlier?: RunRecord): Promise<Backbone | undefined> {
  const threads = threadsOf(run.record);
  if (earlier) return earlier.backbone && noted(run, await reopened(earlier.backbone, threads));
  const wishes = wishesOf(run.record.request.settings);
  return wishes && noted(run, await openBackbone(wishes, threads));
}

function wishesOf({ backbone, backboneSize, backboneMean, backboneStd }: ScanSettings): BackboneWishes | undefined {
  if (backbone === undefined) return undefined;
  return {
    file: backbone,
    ...(backboneSize !== undefined && { size: backboneSize }),
    ...(backboneMean && { mean: backboneMean }),
    ...(backboneStd && { std: backboneStd }),
  };
}

async function reopened(recipe: BackboneRecipe, threads: number): Promise<Backbone> {
  const { file, sha256, size, mean, std } = recipe;
  const [height, width] = size;
  const backbone = await openBackbone({ file, mean, std, ...(height === width && { size: height }) }, threads);
  if (backbone.recipe.sha256 === sha256) return backbone;
  await backbone.dispose();
  throw new UserError(
    'run-invalid',
    l10n.t(
      'The backbone “{0}” is not the file any more that this model was made with. Put that one back, or scan again.',
      file,
    ),
  );
}

async function noted(run: Stage['run'], backbone: Backbone): Promise<Backbone> {
  await run.update({ backbone: backbone.recipe });
  return backbone;
}
