/** What every stage of a scan is given. */
import type { Backbone } from '../compute/backbone';
import type { EpochReport, RunPhase } from '../../shared/run';
import type { RunProgress } from '../../shared/contracts';
import type { ChooseBackend } from '../compute/select';
import type { RunFolder } from '../runs/run-folder';
import type { RunState } from './run-state';

export interface Stage {
  /** A pretrained network that the user brought: its features are a score. */
  readonly backbone?: Backbone | undefined;
  readonly run: RunFolder;
  readonly state: RunState;
  readonly signal: AbortSignal;
  /** *Stop here and use*: training ends, scoring goes on. */
  readonly isEnough: () => boolean;
  readonly report: (phase: RunPhase, progress: Omit<RunProgress, 'runFolder' | 'phase'>) => void;
  readonly epoch: (report: EpochReport) => void;
  /** Begins a phase: in run.json and for everybody who looks on. */
  readonly enter: (phase: RunPhase) => Promise<void>;
  /** Tells everybody who looks on that run.json says something else. */
  readonly changed: () => void;
  /** Between two long calls: lets those who look at the run have their answers first. */
  readonly giveWay: () => Promise<void>;
  readonly chooseBackend: ChooseBackend;
  /** A sentence the user should see; kept in run.json. */
  readonly note: (sentence: string) => Promise<void>;
}
