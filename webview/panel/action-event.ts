import type { ExportFormat, LatentEdit } from '../../src/shared/contracts';
import type { Area } from '../../src/shared/settings';

/** What parts of the panel ask of its root: things that concern the editor or other parts. */
export type PanelAction =
  | { readonly type: 'export'; readonly format: ExportFormat }
  | { readonly type: 'rescan'; readonly areas?: readonly Area[] }
  | { readonly type: 'rescore'; readonly areas: readonly Area[] }
  | { readonly type: 'areas'; readonly proposed?: Area }
  | { readonly type: 'copyFlagged' | 'moveFlagged' | 'resume' | 'acceptRanking' | 'closeCompare' | 'keys' }
  | { readonly type: 'stop'; readonly how: 'use' | 'save' }
  | { readonly type: 'open' | 'openBeside' | 'reveal' | 'selectAlike'; readonly index: number }
  | { readonly type: 'flip' | 'bad' | 'good' | 'badAlike' | 'goodAlike'; readonly index: number }
  | { readonly type: 'copyPaths'; readonly indexes: readonly number[] }
  | { readonly type: 'saveLatent'; readonly index: number; readonly edits: readonly LatentEdit[] }
  | { readonly type: 'show'; readonly index: number }
  | { readonly type: 'move'; readonly by: number }
  | { readonly type: 'focusGrid' | 'compare' | 'sortAnew' | 'listFromTop' };

export class ActionEvent extends Event {
  static readonly type = 'panel-action';

  constructor(readonly action: PanelAction) {
    super(ActionEvent.type, { bubbles: true, composed: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    'panel-action': ActionEvent;
  }
}
