/** What a run reports while it works: a bar on stderr, lines where stderr is no terminal, or JSON lines on stdout. */
import { SingleBar } from 'cli-progress';
import type { EngineEvents, RunProgress } from '../shared/contracts';
import { computerText } from '../shared/device-names';
import { formatCount, formatDuration } from '../shared/format';
import type { RunPhase } from '../shared/run';
import type { Output } from './output';

const phaseTitles: Readonly<Record<RunPhase, string>> = {
  listing: 'Listing images',
  reading: 'Reading images',
  baseline: 'First ranking',
  training: 'Training',
  scoring: 'Scoring',
  done: 'Done',
};

/** In which the network computes; the others are the processor's. */
const networkPhases: ReadonlySet<RunPhase> = new Set<RunPhase>(['training', 'scoring']);

export interface ProgressReporter extends EngineEvents {
  /** Clears the bar; later reports are not drawn. */
  end(): void;
}

export function progressReporter(output: Output, terminal: boolean = process.stderr.isTTY): ProgressReporter {
  if (output.json) return jsonLines(output);
  return terminal ? bar(output) : plainLines(output);
}

function jsonLines(output: Output): ProgressReporter {
  return {
    progress: ({ runFolder, ...progress }) => output.event('progress', { run: runFolder, ...progress }),
    epoch: ({ runFolder, report }) => output.event('epoch', { run: runFolder, ...report }),
    changed: ({ runFolder, record }) =>
      output.event('changed', { run: runFolder, status: record.status, phase: record.phase }),
    log: (event) => output.event('log', event),
    end: () => undefined,
  };
}

function bar(output: Output): ProgressReporter {
  const line = new SingleBar({
    format: '{title} {bar} {percentage}%  {figures}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 28,
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
    autopadding: true,
  });
  let phase: RunPhase | undefined;
  let ended = false;
  return {
    progress: (event) => {
      if (ended || event.phase === 'done') return;
      const payload = { title: phaseTitle(event).padEnd(22), figures: figures(event) };
      if (phase !== event.phase) {
        if (phase !== undefined) line.stop();
        phase = event.phase;
        line.start(Math.max(1, event.total), event.done, payload);
        return;
      }
      line.setTotal(Math.max(1, event.total));
      line.update(event.done, payload);
    },
    epoch: () => undefined,
    changed: () => undefined,
    log: ({ level, message }) => {
      if (level === 'info') return;
      if (phase !== undefined) line.stop();
      phase = undefined;
      output.remark(message);
    },
    end: () => {
      ended = true;
      if (phase !== undefined) line.stop();
    },
  };
}

function plainLines(output: Output): ProgressReporter {
  let phase: RunPhase | undefined;
  let computer = '';
  return {
    progress: (event) => {
      computer = computerText(event) ?? computer;
      if (phase === event.phase || event.phase === 'done') return;
      phase = event.phase;
      const count = event.phase === 'training' || event.total === 0 ? '' : ` (${formatCount(event.total)})`;
      output.remark(`${phaseTitles[event.phase]}${count} …`);
    },
    epoch: ({ report }) => {
      output.remark(
        `  epoch ${report.epoch}: loss ${report.trainLoss.toPrecision(4)}, ` +
          `${formatCount(report.imagesPerSecond)} images/s${computer === '' ? '' : ` · ${computer}`}`,
      );
    },
    changed: () => undefined,
    log: ({ level, message }) => {
      if (level !== 'info') output.remark(message);
    },
    end: () => undefined,
  };
}

function phaseTitle(event: RunProgress): string {
  const title = phaseTitles[event.phase];
  if (event.phase !== 'training' || event.epoch === undefined) return title;
  return `${title}, epoch ${event.epoch}${event.plannedEpochs === undefined ? '' : `/${event.plannedEpochs}`}`;
}

/** `1,234/2,000 images · 310 images/s · CPU, 2 threads · 0:42 left` */
function figures(event: RunProgress): string {
  const parts = event.total > 0 ? [`${formatCount(event.done)}/${formatCount(event.total)} images`] : [];
  if (event.imagesPerSecond !== undefined) parts.push(`${formatCount(event.imagesPerSecond)} images/s`);
  const computer = computerText(event);
  if (computer !== undefined && networkPhases.has(event.phase)) parts.push(computer);
  if (event.secondsLeft !== undefined) parts.push(`${formatDuration(event.secondsLeft)} left`);
  return parts.join(' · ');
}
