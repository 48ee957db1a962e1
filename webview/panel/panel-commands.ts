/** What keys and editor commands do to the model and the grid. */
import type { PanelCommand } from '../../src/shared/contracts';
import type { Decision } from '../../src/shared/run';
import type { GridCursor } from '../grid/grid-cursor';
import type { ReviewGrid } from '../grid/review-grid';
import type { PanelModel } from '../model/panel-model';
import { smallStep, stepThreshold } from '../model/threshold-steps';
import type { KeyCommand } from './key-bindings';

/** The parts that commands need beside the model. */
export interface CommandGround {
  readonly model: PanelModel;
  readonly grid: ReviewGrid | undefined;
  readonly focusSearch: () => void;
  readonly showKeys: () => void;
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

type Command = (ground: CommandGround, key: CommandKey) => void;

const commands: Readonly<Record<KeyCommand, Command>> = {
  left: moving((cursor, shift) => cursor.moveBy(-1, shift)),
  right: moving((cursor, shift) => cursor.moveBy(1, shift)),
  up: moving((cursor, shift) => cursor.moveRows(-1, shift)),
  down: moving((cursor, shift) => cursor.moveRows(1, shift)),
  pageUp: moving((cursor, shift) => cursor.movePage(-1, shift)),
  pageDown: moving((cursor, shift) => cursor.movePage(1, shift)),
  home: moving((cursor, shift) => cursor.moveToEnd(-1, shift)),
  end: moving((cursor, shift) => cursor.moveToEnd(1, shift)),
  selectAll: ({ grid }) => grid?.cursor.selectAll(),
  flip: (ground) => flip(ground.model, targets(ground)),
  bad: (ground, { shift }) => mark(ground.model, targets(ground), 'bad', shift),
  good: (ground, { shift }) => mark(ground.model, targets(ground), 'good', shift),
  undo: ({ model, grid }, { shift }) => {
    if (shift ? model.redo() : model.undo()) grid?.revealFocused();
  },
  redo: ({ model, grid }) => {
    if (model.redo()) grid?.revealFocused();
  },
  compare: ({ model }) => {
    model.begin();
    model.setView({ compareOpen: true });
  },
  back: ({ model, grid }) => {
    if (model.view.compareOpen) model.setView({ compareOpen: false });
    else if (model.selection.size > 0) model.select([]);
    else model.epochs.close();
    void grid?.focusTile();
  },
  thresholdDown: ({ model }, { gesture }) => stepThreshold(model, -smallStep, gesture),
  thresholdUp: ({ model }, { gesture }) => stepThreshold(model, smallStep, gesture),
  epochBefore: ({ model }) => model.epochs.step(-1),
  epochAfter: ({ model }) => model.epochs.step(1),
  epochMost: ({ model: { epochs } }) => {
    const most = epochs.standsOutMost?.epoch;
    if (most === undefined || epochs.epoch === most) epochs.close();
    else epochs.open(most);
  },
  search: ({ focusSearch }) => focusSearch(),
  keys: ({ showKeys }) => showKeys(),
};

export function runCommand(command: KeyCommand, ground: CommandGround, key: CommandKey): void {
  commands[command](ground, key);
}

/** Each image changes its flag: a decision that only restates the score is dropped, else the opposite is decided. */
export function flip(model: PanelModel, indexes: readonly number[]): void {
  const choose = (index: number): Decision | 'none' => {
    const wanted = !model.isFlagged(index);
    return model.isAbove(index) === wanted ? 'none' : wanted ? 'bad' : 'good';
  };
  decide(model, indexes, choose);
}

/**
 * Marks all; when all of them are marked so already, takes the marks back. @param teach others like them as well: from
 * here on the ranking learns from all marks
 */
export function mark(model: PanelModel, indexes: readonly number[], decision: Decision, teach = false): void {
  const isLearning = !teach || model.review.learn === true;
  const again = isLearning && indexes.every((index) => model.decisionOf(index) === decision);
  const choose = () => (again ? 'none' : decision);
  model.changeReview((book) => book.decide(indexes, choose, model.view.focused, teach && !again));
}

function decide(model: PanelModel, indexes: readonly number[], choose: (index: number) => Decision | 'none'): void {
  model.changeReview((book) => book.decide(indexes, choose, model.view.focused));
}

function targets({ model, grid }: CommandGround): number[] {
  if (model.selection.size > 0) return [...model.selection];
  const index = grid?.focusedIndex;
  return index === undefined ? [] : [index];
}

function moving(move: (cursor: GridCursor, shift: boolean) => void): Command {
  return ({ grid }, { shift }) => {
    if (!grid) return;
    move(grid.cursor, shift);
    void grid.focusTile();
  };
}
