/** What keys and editor commands do to the model and the grid. */
import type { PanelCommand } from '../../src/shared/contracts';
import type { Decision } from '../../src/shared/run';
import type { ReviewGrid } from '../grid/review-grid';
import type { PanelModel } from '../model/panel-model';
import { smallStep, stepThreshold } from '../model/threshold-steps';
import type { KeyCommand } from './key-bindings';

/** The parts that commands need beside the model. */
export interface CommandGround {
  readonly model: PanelModel;
  readonly grid: ReviewGrid | undefined;
  focusSearch(): void;
  showKeys(): void;
}

export interface CommandKey {
  readonly shift: boolean;
  /** Identifies a held key, so that one undo takes back all its steps. */
  readonly gesture?: string | undefined;
}

export const keyOfEditorCommand: Readonly<Record<PanelCommand, KeyCommand>> = {
  focusSearch: 'search',
  flip: 'flip',
  markBad: 'bad',
  markGood: 'good',
  undo: 'undo',
  compare: 'compare',
};

export function runCommand(command: KeyCommand, ground: CommandGround, key: CommandKey): void {
  const { model, grid } = ground;
  switch (command) {
    case 'left':
      return moveFocus(grid, () => grid?.cursor.moveBy(-1, key.shift));
    case 'right':
      return moveFocus(grid, () => grid?.cursor.moveBy(1, key.shift));
    case 'up':
      return moveFocus(grid, () => grid?.cursor.moveRows(-1, key.shift));
    case 'down':
      return moveFocus(grid, () => grid?.cursor.moveRows(1, key.shift));
    case 'pageUp':
      return moveFocus(grid, () => grid?.cursor.movePage(-1, key.shift));
    case 'pageDown':
      return moveFocus(grid, () => grid?.cursor.movePage(1, key.shift));
    case 'home':
      return moveFocus(grid, () => grid?.cursor.moveToEnd(-1, key.shift));
    case 'end':
      return moveFocus(grid, () => grid?.cursor.moveToEnd(1, key.shift));
    case 'selectAll':
      return grid?.cursor.selectAll();
    case 'flip':
      return flip(model, targets(ground));
    case 'bad':
    case 'good':
      return mark(model, targets(ground), command);
    case 'undo':
      model.undo();
      return grid?.revealFocused();
    case 'compare':
      model.begin();
      return model.setView({ compareOpen: true });
    case 'back':
      if (model.view.compareOpen) model.setView({ compareOpen: false });
      else model.select([]);
      return moveFocus(grid, () => undefined);
    case 'thresholdDown':
      return stepThreshold(model, -smallStep, key.gesture);
    case 'thresholdUp':
      return stepThreshold(model, smallStep, key.gesture);
    case 'search':
      return ground.focusSearch();
    case 'keys':
      return ground.showKeys();
  }
}

/** Each image changes its flag: a decision that only restates the score is dropped, else the opposite is decided. */
export function flip(model: PanelModel, indexes: readonly number[]): void {
  const choose = (index: number): Decision | 'none' => {
    const wanted = !model.isFlagged(index);
    return model.isAbove(index) === wanted ? 'none' : wanted ? 'bad' : 'good';
  };
  decide(model, indexes, choose);
}

/** Marks all; when all of them are marked so already, takes the marks back. */
export function mark(model: PanelModel, indexes: readonly number[], decision: Decision): void {
  const again = indexes.every((index) => model.decisionOf(index) === decision);
  decide(model, indexes, () => (again ? 'none' : decision));
}

function decide(model: PanelModel, indexes: readonly number[], choose: (index: number) => Decision | 'none'): void {
  model.changeReview((book) => book.decide(indexes, choose, model.view.focused));
}

function targets({ model, grid }: CommandGround): number[] {
  if (model.selection.size > 0) return [...model.selection];
  const index = grid?.focusedIndex;
  return index === undefined ? [] : [index];
}

function moveFocus(grid: ReviewGrid | undefined, move: () => void): void {
  move();
  void grid?.focusTile();
}
