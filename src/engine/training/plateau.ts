/** When a watched loss no longer falls: PyTorch's ReduceLROnPlateau, `min` mode, relative threshold. */

export interface PlateauState {
  /** How often the rate was dropped. */
  readonly drops: number;
  readonly best: number;
  /** Epochs since the best or the last drop. */
  readonly badEpochs: number;
}

export const freshPlateau: PlateauState = { drops: 0, best: Infinity, badEpochs: 0 };

/** A loss must be this share smaller than the best to count as better. */
const threshold = 1e-4;

/** The state after an epoch with this loss: a drop comes after more than `patience` epochs without a better one. */
export function followPlateau(state: PlateauState, loss: number, patience: number): PlateauState {
  if (loss < state.best * (1 - threshold)) return { ...state, best: loss, badEpochs: 0 };
  const badEpochs = state.badEpochs + 1;
  return badEpochs > patience ? { ...state, drops: state.drops + 1, badEpochs: 0 } : { ...state, badEpochs };
}
