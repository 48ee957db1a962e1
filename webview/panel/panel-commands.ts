/** What keys and editor commands do to the model and the grid. */
import type { PanelCommand } from '../../src/shared/contracts';
import type { Decision } from '../../src/shared/run';
import type { GridCursor } from '../grid/grid-cursor';
import type { ReviewGrid } from '../grid/review-grid';
import type { FolderMap } from '../map/folder-map';
import type { PanelModel } from '../model/panel-model';
import { smallStep, stepThreshold } from '../model/threshold-steps';
import type { KeyCommand } from './key-bindings';

/** The parts that commands need beside the model. */
export interface CommandGround {
  readonly model: PanelModel;
  readonly grid: ReviewGrid | undefined;
  /** Instead of the grid. */
  readonly map: FolderMap | undefined;
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
  redo: 'redo',
  compare: 'compare',
};

type Command = (ground: CommandGround, key: CommandKey) => void;

const commands: Readonly<Record<KeyCommand, Command>> = {
  left: moving((cursor, shift) => cursor.moveBy(-1, shift), [-1, 0]),
  right: moving((cursor, shift) => cursor.moveBy(1, shift), [1, 0]),
  up: moving((cursor, shift) => cursor.moveRows(-1, shift), [0, -1]),
  down: moving((cursor, shift) => cursor.moveRows(1, shift), [0, 1]),
  pageUp: moving((cursor, shift) => cursor.movePage(-1, shift)),
  pageDown: moving((cursor, shift) => cursor.movePage(1, shift)),
  home: moving((cursor, shift) => cursor.moveToEnd(-1, shift)),
  end: moving((cursor, shift) => cursor.moveToEnd(1, shift)),
  selectAll: ({ grid, map }) => {
    if (map) map.selectAll();
    else grid?.cursor.selectAll();
  },
  flip: (ground) => flip(ground.model, targets(ground)),
  bad: (ground, { shift }) => mark(ground.model, targets(ground), 'bad', shift),
  good: (ground, { shift }) => mark(ground.model, targets(ground), 'good', shift),
  undo: ({ model, grid, map }, { shift }) => {
    if (shift ? model.redo() : model.undo()) (map ?? grid)?.revealFocused();
  },
  redo: ({ model, grid, map }) => {
    if (model.redo()) (map ?? grid)?.revealFocused();
  },
  compare: ({ model }) => {
    model.begin();
    model.setView({ compareOpen: true });
  },
  back: ({ model, grid, map }) => {
    if (model.view.compareOpen) model.setView({ compareOpen: false });
    else if (model.selection.size > 0) model.select([]);
    else if (model.epochs.epoch !== undefined) model.epochs.close();
    else if (map) model.mapView.set({ open: false });
    void (map ?? grid)?.focusTile();
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

function targets({ model, grid, map }: CommandGround): number[] {
  if (model.selection.size > 0) return [...model.selection];
  const index = (map ?? grid)?.focusedIndex;
  return index === undefined ? [] : [index];
}

/** @param towards on the map, to the right and down; absent: the key means nothing there */
function moving(
  move: (cursor: GridCursor, shift: boolean) => void,
  towards?: readonly [x: number, y: number],
): Command {
  return ({ grid, map }, { shift }) => {
    if (map && towards) map.moveCursor({ x: towards[0], y: towards[1] }, shift);
    if (!grid) return;
    move(grid.cursor, shift);
    void grid.focusTile();
  };
}
