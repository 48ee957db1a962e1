/** A trained model in a run folder: spec.json, weights and statistics as tensors, and the ONNX file with its card. */
import * as l10n from '@vscode/l10n';
import { areaNumbers } from '../../shared/areas';
import { UserError } from '../../shared/errors';
import type { Backend, NamedTensors } from '../compute/backend';
import type { Preprocessing } from '../dataset/dataset';
import type { RunRecord } from '../../shared/run';
import type { Area } from '../../shared/settings';
import { parseNetworkSpec } from '../model/parse';
import type { NetworkSpec } from '../model/spec';
import type { RunFolder } from '../runs/run-folder';

export interface TrainedModel {
  readonly spec: NetworkSpec;
  readonly weights: NamedTensors;
}

export interface StoredModel extends TrainedModel {
  /** What the scores were fitted to. */
  readonly statistics: NamedTensors;
}

const specFile = 'model/spec.json';
const weightsName = 'weights';
export const onnxFile = 'model/model.onnx';
export const cardFile = 'model/model.md';
/** By which a card is known as one of ours. */
export const cardMark = 'An autoencoder trained by Anomaly Review';

export async function writeModel(run: RunFolder, { spec, weights, statistics }: StoredModel): Promise<void> {
  await writeNetwork(run, { spec, weights });
  await run.writeStatistics(statistics);
}

export async function writeNetwork(run: RunFolder, { spec, weights }: TrainedModel): Promise<void> {
  await run.writeTensors(weightsName, weights);
  await run.writeBlob(specFile, new TextEncoder().encode(`${JSON.stringify(spec, undefined, 2)}\n`));
}

/** @throws UserError `run-invalid` when the run has no trained model */
export async function readModel(run: RunFolder): Promise<StoredModel> {
  const specText = await run.readBlob(specFile);
  const weights = await run.readTensors(weightsName);
  const statistics = await run.readStatistics();
  if (!specText || !weights || !statistics) {
    throw new UserError(
      'run-invalid',
      l10n.t(
        'The run {0} has no trained model yet. Let it finish with "anomaly-review resume", or scan again.',
        run.folder,
      ),
    );
  }
  return { spec: parseNetworkSpec(new TextDecoder().decode(specText), specFile), weights, statistics };
}

export async function writeExportedModel(
  run: RunFolder,
  backend: Backend,
  { spec, weights }: TrainedModel,
  preprocessing: Preprocessing,
): Promise<void> {
  const description = describePreprocessing(preprocessing, run.record.request.settings.areas ?? []);
  const metadata = { network: spec.name, preprocessing: description, seed: String(run.record.request.settings.seed) };
  await run.writeBlob(onnxFile, await backend.exportModel(spec, weights, metadata));
  await writeCard(run, spec, preprocessing);
}

/** @param folder where the run will be found */
export async function writeCard(
  run: RunFolder,
  spec: NetworkSpec,
  preprocessing: Preprocessing,
  folder = run.folder,
): Promise<void> {
  const description = describePreprocessing(preprocessing, run.record.request.settings.areas ?? []);
  await run.writeBlob(cardFile, new TextEncoder().encode(modelCard(run.record, folder, spec, description)));
}

function describePreprocessing({ channels, height, width, roi }: Preprocessing, areas: readonly Area[]): string {
  const ignored = areas.map((area) => `${area.kind} ${areaNumbers(area).join(', ')}`).join('; ');
  const filled = ignored === '' ? '' : `, then what the areas (${ignored}) ignore replaced by the training mean`;
  const area = roi ? `the area ${roi.join(', ')} (fractions x0, y0, x1, y1) is cut out, ` : '';
  const colour = channels === 1 ? 'one grey channel' : 'RGB';
  return `EXIF orientation applied, ${area}stretched to ${width}×${height} pixels, ${colour}, values / 255 in [0, 1]${filled}`;
}

function modelCard(record: RunRecord, folder: string, spec: NetworkSpec, preprocessing: string): string {
  const { channels, height, width } = spec.input;
  const { request } = record;
  return [
    `# ${spec.name}`,
    '',
    `${cardMark} on \`${request.trainOn ?? request.source}\`.`,
    '',
    '| | |',
    '|---|---|',
    `| input \`image\` | float32 [N, ${channels}, ${height}, ${width}] |`,
    `| preprocessing | ${preprocessing} |`,
    `| outputs | \`reconstruction\` (as the input), \`latent\`, \`reconstruction_error\` [N]: mean squared error |`,
    `| parameters | ${record.model?.parameters ?? ''} |`,
    `| best epoch | ${record.bestEpoch ?? ''} of ${record.plannedEpochs ?? ''} |`,
    `| seed | ${request.settings.seed} |`,
    `| run | \`${folder}\` |`,
    '',
    'The scores other than the plain reconstruction loss need the statistics in the run folder;',
    '`anomaly-review score` applies them all to other images.',
    '',
  ].join('\n');
}
