import type { ExportFormat, LatentEdit } from '../../src/shared/contracts';

/** What parts of the panel ask of its root: things that concern the editor or other parts. */
export type PanelAction =
  | { readonly type: 'export'; readonly format: ExportFormat }
  | { readonly type: 'copyFlagged' | 'rescan' | 'resume' | 'acceptRanking' | 'closeCompare' | 'keys' }
  | { readonly type: 'stop'; readonly how: 'use' | 'save' }
  | { readonly type: 'open' | 'reveal' | 'flip' | 'bad' | 'good' | 'badAlike' | 'goodAlike'; readonly index: number }
  | { readonly type: 'saveLatent'; readonly index: number; readonly edits: readonly LatentEdit[] }
  | { readonly type: 'move'; readonly by: number }
  | { readonly type: 'focusGrid' | 'compare' | 'sortAnew' };

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
