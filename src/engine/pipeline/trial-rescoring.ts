/** What other areas would do to a run, told by scoring a sample of it anew. */
import { evenSample } from '../../shared/even-sample';
import { judge } from '../../shared/judgement';
import type { Area } from '../../shared/settings';
import type { ChooseBackend } from '../compute/select';
import type { Part } from './images';
import { joinCaches } from '../dataset/joined-cache';
import { prepareRescoring } from './rescore';
import { zColumns, type RunState } from './run-state';
import { scoreAnew } from './score-anew';
import type { Stage } from './stage';

const largestSample = 700;
let trials = 0;

/** The share of the images that would be flagged with these areas, by the run's review. Nothing of the run changes. */
export async function flaggedShareWith(
  state: RunState,
  areas: readonly Area[],
  chooseBackend: ChooseBackend,
): Promise<number> {
  const { review } = await state.run.readReview();
  const name = `trial-${process.pid}-${++trials}`;
  return prepareRescoring(quietStage(state, chooseBackend), areas, name, async ({ stage, images, network }) => {
    const rows = evenSample(images.scored.readable.length, largestSample);
    const scored = sampled(images.scored, rows);
    const { state: later } = stage;
    later.manifest = scored.manifest;
    later.paths = later.manifest.map(({ path }) => path);
    const { labels } = state;
    if (labels) {
      later.labels = Int8Array.from(rows, (row) => labels[images.scored.readable[row] ?? 0] ?? -1);
    }
    const { trainOn } = images;
    const sample = {
      ...images,
      scored,
      ...(trainOn && { trainOn: sampled(trainOn, evenSample(trainOn.readable.length, largestSample)) }),
    };
    await scoreAnew(stage, sample, network);
    const { record } = later.run;
    const knownScores = zColumns(record.scores, later.known);
    const usualScores = zColumns(record.scores, later.usual);
    const judgement = judge({
      record,
      review,
      scores: zColumns(record.scores, later.raw),
      hashes: later.manifest.map(({ sha256 }) => sha256),
      ...(Object.keys(knownScores).length > 0 && { knownScores }),
      ...(Object.keys(usualScores).length > 0 && { usualScores }),
      ...(later.labels && { labels: later.labels }),
    });
    return (judgement?.flagged ?? 0) / Math.max(1, rows.length);
  });
}

/** Some of a part's readable images as a part of their own. */
function sampled(part: Part, rows: Uint32Array): Part {
  const indexes = rows.map((row) => part.readable[row] ?? 0);
  const manifest = Array.from(indexes, (index) => part.manifest[index]).filter((entry) => entry !== undefined);
  const own = Uint32Array.from({ length: rows.filter((row) => row < part.own.length).length }, (_, row) => row);
  const trainable = new Set(part.trainable);
  return {
    source: part.source,
    cache: joinCaches([{ cache: part.cache, indexes }]),
    manifest,
    readable: Uint32Array.from(indexes.keys()),
    own,
    trainable: own.filter((row) => trainable.has(indexes[row] ?? -1)),
  };
}

/** Nobody looks on. */
function quietStage(state: RunState, chooseBackend: ChooseBackend): Stage {
  const nothing = () => undefined;
  const nothingLater = () => Promise.resolve();
  return {
    run: state.run,
    state,
    signal: new AbortController().signal,
    isEnough: () => false,
    report: nothing,
    epoch: nothing,
    enter: nothingLater,
    changed: nothing,
    giveWay: nothingLater,
    chooseBackend,
    note: nothingLater,
  };
}
