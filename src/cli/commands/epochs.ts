import { resolve } from 'node:path';
import type { EngineApi } from '../../shared/contracts';
import { UserError } from '../../shared/errors';
import { auroc, strangestFirst } from '../../shared/ranking';
import type { EpochReport, RunSnapshot } from '../../shared/run';
import { printable } from '../../shared/printable';
import { exitStatus } from '../exit-status';
import { optionText } from '../options';
import { startEngine } from '../start-engine';
import type { Verb } from '../verb';

const shownImages = 10;

export const epochs: Verb = {
  name: 'epochs',
  summary: 'losses and separation by epoch; the ranking after one of them',
  declare: (command) => {
    command
      .argument('<run>', 'a run that was trained')
      .option('--epoch <N>', `the ${shownImages} images with the largest loss after this epoch`)
      .option('--all', 'with --epoch: every image');
  },
  run: async ([run = ''], options, output) => {
    const runFolder = resolve(run);
    const engine = await startEngine();
    const snapshot = await engine.open(runFolder);
    const epoch = optionText(options, 'epoch');
    if (epoch === undefined) {
      const rows: Row[] = [];
      for (const report of snapshot.record.epochs) rows.push(await rowOf(engine, snapshot, report));
      output.say([heading, ...rows.map((row) => lineOf(row, snapshot.record.bestEpoch))].join('\n'));
      for (const row of rows) output.event('epoch', row);
      return exitStatus.done;
    }
    const losses = await engine.epochScores(runFolder, readEpoch(epoch));
    const places = strangestFirst(losses).slice(0, options['all'] === true ? undefined : shownImages);
    for (const [rank, index] of places.entries()) {
      const [path, loss] = [snapshot.paths[index] ?? '', losses[index] ?? NaN];
      output.say(`${String(rank + 1).padStart(5)}  ${loss.toPrecision(4).padStart(10)}  ${printable(path)}`);
      output.event('image', { rank: rank + 1, index, path, loss });
    }
    return exitStatus.done;
  },
};

/** An epoch with what labels say of its ranking, where it was ranked. */
type Row = EpochReport & { readonly auroc?: number };

async function rowOf(engine: EngineApi, { runFolder, labels }: RunSnapshot, report: EpochReport): Promise<Row> {
  if (labels === undefined || report.scoredSeparation === undefined) return report;
  const area = auroc(await engine.epochScores(runFolder, report.epoch), labels);
  return area === undefined ? report : { ...report, auroc: area };
}

const heading = 'epoch  training loss  validation loss  separation  of the scored   AUROC';

function lineOf(row: Row, best: number | undefined): string {
  const figure = (value: number | undefined, width: number, digits: number) =>
    (value === undefined ? '' : value.toPrecision(digits)).padStart(width);
  return (
    String(row.epoch).padStart(5) +
    figure(row.trainLoss, 15, 5) +
    figure(row.validationLoss, 17, 5) +
    figure(row.separation, 12, 3) +
    figure(row.scoredSeparation, 15, 3) +
    figure(row.auroc, 8, 4) +
    (row.epoch === best ? '  used' : '')
  );
}

function readEpoch(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new UserError('settings-invalid', `--epoch needs the number of an epoch, from 1, not “${text}”.`);
}
