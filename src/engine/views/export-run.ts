/** Writes what a run leaves as: to a file, whole or not at all. */
import * as l10n from '@vscode/l10n';
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExportedFile, ExportFormat } from '../../shared/contracts';
import { UserError } from '../../shared/errors';
import { encodeBinary, encodeCsv, encodeJson, encodeList, type ExportRow } from '../../shared/exports';
import { decisionOn } from '../../shared/flags';
import { judge, type Judgement } from '../../shared/judgement';
import { refuseLineBreaks } from '../../shared/path-list';
import type { RunSnapshot } from '../../shared/run';
import { compositeScore, taughtScore } from '../../shared/score-names';
import { cardFile, cardMark, onnxFile } from '../pipeline/model-files';
import type { RunState } from '../pipeline/run-state';
import { writeGradually } from '../runs/atomic';
import { isThere } from '../runs/is-there';
import { refuseOverwriting } from './refuse-overwriting';
import { encodeReport } from './report/report';
import type { PictureSources } from './report/pictures';
import { openTaught } from './teacher';

type Pieces = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

export interface ExportContents {
  readonly pieces: Pieces;
  readonly images: number;
  readonly flagged: number;
}

export async function exportRun(
  state: RunState,
  format: ExportFormat,
  file: string,
  overwrite: boolean,
  pictures: PictureSources,
): Promise<ExportedFile> {
  const target = path.resolve(file);
  await refuseOverwriting(target, overwrite);
  const contents = await exportContents(state, format, pictures);
  await writeWhole(target, contents.pieces);
  const card = format === 'onnx' ? await writeCard(target, state) : undefined;
  const { images, flagged } = contents;
  return { file: target, ...(card !== undefined && { card }), images, flagged };
}

/** Beside the model, in the place of an earlier card, but of nothing else. */
async function writeCard(model: string, { run }: RunState): Promise<string> {
  const card = await readFile(path.join(run.folder, cardFile), 'utf8');
  const stem = model.replace(/\.onnx$/i, '');
  for (let number = 1; ; number++) {
    const file = number === 1 ? `${stem}.md` : `${stem} (${number}).md`;
    if ((await isThere(file)) && !(await readFile(file, 'utf8').catch(() => '')).includes(cardMark)) continue;
    await writeWhole(file, [card]);
    return file;
  }
}

/** What an export holds, piece by piece. @throws UserError `run-invalid` when the run has no scores (or model) yet */
export async function exportContents(
  state: RunState,
  format: ExportFormat,
  pictures: PictureSources,
): Promise<ExportContents> {
  const snapshot = await openTaught(state);
  const judgement = requireJudgement(snapshot);
  const { score, flags, scores, threshold, flagged } = judgement;
  // The composite is the score in force, as a rule; where marks correct it, it stands beside what they make of it.
  const names = Object.keys(snapshot.scores).filter((name) => name !== compositeScore || score === taughtScore);
  const rows = exportRows(state, snapshot, flags, scores, names);
  const counts = { images: flags.length, flagged };
  switch (format) {
    case 'binary':
      return { ...counts, pieces: [encodeBinary(flags)] };
    case 'csv':
      return { ...counts, pieces: encodeCsv(rows, names) };
    case 'list':
      refuseLineBreaks(snapshot.paths.filter((_, index) => flags[index] === 1));
      return { ...counts, pieces: encodeList(rows) };
    case 'json': {
      const { request, versions, backend, device, bestEpoch } = snapshot.record;
      // How many images there are, the rows say.
      const head = { source: request.source, score, threshold, flagged };
      return {
        ...counts,
        pieces: encodeJson(rows, names, { ...head, settings: request.settings, versions, backend, device, bestEpoch }),
      };
    }
    case 'report':
      return { ...counts, pieces: encodeReport(state, snapshot, judgement, pictures) };
    case 'onnx': {
      const model = await state.run.readBlob(onnxFile);
      if (!model) throw new UserError('run-invalid', l10n.t('The run {0} has no trained model yet.', state.run.folder));
      return { ...counts, pieces: [model] };
    }
    case 'latents': {
      const { latentsFile, folder } = state.run;
      if (!(await isThere(latentsFile))) {
        throw new UserError(
          'run-invalid',
          l10n.t('The run {0} has no codes of its images yet. Let it finish first.', folder),
        );
      }
      return { ...counts, pieces: createReadStream(latentsFile) };
    }
  }
}

function requireJudgement(snapshot: RunSnapshot): Judgement {
  const judgement = judge(snapshot);
  if (judgement) return judgement;
  const { runFolder, review } = snapshot;
  throw new UserError(
    'run-invalid',
    l10n.t('The run {0} has no scores “{1}” yet. Let it go on first.', runFolder, review.score),
  );
}

function* exportRows(
  state: RunState,
  { paths, hashes, review, scores: { taught } }: RunSnapshot,
  flags: Uint8Array,
  scores: Float32Array,
  names: readonly string[],
): Generator<ExportRow> {
  const columns = new Map([...state.raw, ...(taught ? [[taughtScore, taught] as const] : [])]);
  for (const [index, path] of paths.entries()) {
    const sha256 = hashes[index] ?? '';
    const decision = decisionOn(sha256, review.decisions);
    yield {
      index,
      path,
      flag: flags[index] === 1 ? 1 : 0,
      score: scores[index] ?? NaN,
      scores: names.map((name) => columns.get(name)?.[index] ?? NaN),
      ...(decision && { decision }),
      sha256,
    };
  }
}

function writeWhole(target: string, pieces: Pieces): Promise<void> {
  return writeGradually(target, (handle) => writeFile(handle, pieces));
}
