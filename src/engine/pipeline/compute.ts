/** What computes in a run, and what goes on when its device fails. */
import * as l10n from '@vscode/l10n';
import type { Backend, Scorer, ScorerOptions } from '../compute/backend';
import { type DeviceFault, isHost } from '../compute/device-fault';
import type { BackendChoice } from '../compute/select';
import { openSteadyScorer } from '../compute/steady-scorer';
import type { TrialPlan } from '../compute/trial';
import type { NetworkSpec } from '../model/spec';
import type { Stage } from './stage';

/** By the run's settings, on what it is going to compute. */
export async function chooseCompute(stage: Stage, trial: TrialPlan): Promise<Compute> {
  const { backend, device } = stage.run.record.request.settings;
  const choice = await stage.chooseBackend({ backend, device, threads: trial.threads, trial });
  await stage.run.update({ ...describe(choice.backend), threads: trial.threads, deviceNote: choice.note });
  return new Compute(stage, choice);
}

export class Compute {
  #backend: Backend;
  /** Kinds of scorers whose results were compared with the host's. */
  readonly #checked = new Set<boolean>();

  constructor(
    private readonly stage: Stage,
    private readonly choice: BackendChoice,
  ) {
    this.#backend = choice.backend;
  }

  get backend(): Backend {
    return this.#backend;
  }

  /**
   * From now on the host computes; says so in run.json and to everybody who looks on.
   * @param goesOn what happens now: "Training goes on on the CPU from epoch 3."
   */
  async fallBack(fault: DeviceFault, goesOn: string): Promise<void> {
    if (isHost(this.#backend)) return;
    this.#backend = this.choice.host;
    this.choice.onFault?.(fault);
    const sentence = `${fault.sentence} ${goesOn}`;
    await this.stage.run.update({ ...describe(this.#backend), deviceNote: sentence });
    await this.stage.note(sentence);
    this.stage.changed();
  }

  /** In training: a fault is thrown, as all of the training then goes back to where it was saved. */
  openWatchingScorer(spec: NetworkSpec, options: ScorerOptions): Promise<Scorer> {
    return this.#open(spec, options, (fault) => Promise.reject(fault));
  }

  /** In scoring: the host takes over where the device failed. */
  openScorer(spec: NetworkSpec, options: ScorerOptions): Promise<Scorer> {
    return this.#open(spec, options, (fault) =>
      this.fallBack(fault, l10n.t('Scoring goes on on the CPU, with the same results.')),
    );
  }

  #open(spec: NetworkSpec, options: ScorerOptions, onFault: (fault: DeviceFault) => Promise<void>): Promise<Scorer> {
    const isChecked = !this.#checked.has(options.features);
    this.#checked.add(options.features);
    return openSteadyScorer({ spec, options, device: this.#backend, host: this.choice.host, isChecked, onFault });
  }
}

/** What run.json says of it. */
function describe({ name, device }: Backend) {
  return { backend: name, device };
}
