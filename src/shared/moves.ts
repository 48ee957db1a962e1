/** What became of files that were moved away, or back: shared by what moves them and by what tells people. */
import * as l10n from '@vscode/l10n';
import { printable } from './printable';

/** Why a file stays where it is. */
export const leftReasons = [
  'exists', // something stands where it would go
  'changed', // its content is not what was scanned, or what was moved
  'missing', // it is gone
  'never-read', // its content was never known
  'page', // a page of a file whose other pages are not flagged
  'row', // a row of an array
  'refused', // the system does not allow it
] as const;
export type LeftReason = (typeof leftReasons)[number];

export interface LeftFile {
  /** As the run names it. */
  readonly path: string;
  readonly reason: LeftReason;
  /** Where it would have gone, or what the system says. */
  readonly detail?: string;
}

/** What moving the flagged files away came to, in files. */
export interface MoveReport {
  /** Where they go; absolute. */
  readonly folder: string;
  /** What undoing goes by; absent when there is nothing to undo. */
  readonly journal?: string;
  readonly moved: number;
  /** Moved by an earlier time, and still there. */
  readonly movedBefore: number;
  readonly left: readonly LeftFile[];
  /** It was cancelled before all was done. */
  readonly cancelled?: boolean;
}

/** Files of a run that were moved away at a time and have not come back. */
export interface FilesAway {
  readonly journal: string;
  /** Where they were moved to. */
  readonly folder: string;
  readonly files: number;
}

/** What undoing came to, in files. */
export interface UndoReport {
  readonly journal: string;
  readonly restored: number;
  /** Back already, or never moved. */
  readonly inPlace: number;
  readonly left: readonly LeftFile[];
}

/** `a.png: something stands at … already` */
export function leftText({ path, reason, detail }: LeftFile): string {
  return `${printable(path)}: ${reasonText(reason, printable(detail ?? ''))}`;
}

function reasonText(reason: LeftReason, detail: string): string {
  switch (reason) {
    case 'exists':
      return l10n.t('something stands at {0} already', detail);
    case 'changed':
      return l10n.t('its content has changed');
    case 'missing':
      return l10n.t('it is no longer there');
    case 'never-read':
      return l10n.t('it could not be read when it was scanned');
    case 'page':
      return l10n.t('other pages of this file are not flagged');
    case 'row':
      return l10n.t('it is a row of an array');
    case 'refused':
      return l10n.t('the system refuses it ({0})', detail);
  }
}
