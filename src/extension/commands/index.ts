/** Every command by its id. Adding one: a function here, its title in package.json and package.nls.json. */
import type { Services } from '../services';
import { undoLastMove } from '../move-flagged';
import { showRunningCommand } from '../run-display';
import { openListedCommand, showMoreCommand } from '../run-list/run-tree';
import { installTensorFlow, removeTensorFlow } from './backends';
import { deleteListed } from './delete-run';
import { doctor } from './doctor';
import { copyFlagged, exportAs, moveFlaggedFiles, openLastReview, panelCommand, showRunning } from './review';
import {
  copyListedCommand,
  openRun,
  refreshList,
  removeWaiting,
  rescanListed,
  resumeListed,
  revealListed,
  scanWaiting,
  showMore,
} from './runs';
import { clearQueue, scan, scanWithOptions, train } from './scan';
import { scoreWithModel } from './score';
import { stopScan } from './stop';

/** `clicked` is the resource (or entry) when the command comes from a menu, `selected` all that are selected there. */
export type Command = (services: Services, clicked: unknown, selected: unknown) => unknown;

export const commands: Readonly<Record<string, Command>> = {
  'anomalyReview.scan': scan,
  'anomalyReview.scanWithOptions': scanWithOptions,
  'anomalyReview.train': train,
  'anomalyReview.scoreWithModel': scoreWithModel,
  'anomalyReview.openLastReview': openLastReview,
  'anomalyReview.exportBinary': exportAs('binary'),
  'anomalyReview.exportCsv': exportAs('csv'),
  'anomalyReview.exportJson': exportAs('json'),
  'anomalyReview.exportList': exportAs('list'),
  'anomalyReview.exportOnnx': exportAs('onnx'),
  'anomalyReview.exportReport': exportAs('report'),
  'anomalyReview.copyFlagged': copyFlagged,
  'anomalyReview.moveFlagged': moveFlaggedFiles,
  'anomalyReview.undoLastMove': undoLastMove,
  'anomalyReview.stopAndUse': stopScan('use'),
  'anomalyReview.cancel': stopScan('save'),
  'anomalyReview.focusSearch': panelCommand('focusSearch'),
  'anomalyReview.undo': panelCommand('undo'),
  'anomalyReview.redo': panelCommand('redo'),
  'anomalyReview.showLog': ({ log }) => log.show(),
  'anomalyReview.doctor': doctor,
  'anomalyReview.installTensorFlow': installTensorFlow,
  'anomalyReview.removeTensorFlow': removeTensorFlow,
  'anomalyReview.clearQueue': clearQueue,
  'anomalyReview.openRun': openRun,
  [openListedCommand]: openRun,
  'anomalyReview.runs.rescan': rescanListed,
  'anomalyReview.runs.resume': resumeListed,
  'anomalyReview.runs.reveal': revealListed,
  'anomalyReview.runs.copyCommand': copyListedCommand,
  'anomalyReview.runs.delete': deleteListed,
  'anomalyReview.runs.scanWaiting': scanWaiting,
  'anomalyReview.runs.removeWaiting': removeWaiting,
  'anomalyReview.runs.refresh': refreshList,
  [showMoreCommand]: showMore,
  [showRunningCommand]: showRunning,
};
