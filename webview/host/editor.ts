/** The connection to the editor that shows this frame. */
import { connect, type Remote } from '../../src/shared/channel';
import type { PanelApi, PanelHostApi } from '../../src/shared/contracts';

/** What VS Code gives to the scripts of a webview. */
export interface FrameApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): FrameApi;

export interface Editor {
  readonly host: Remote<PanelHostApi>;
  readonly frame: FrameApi;
}

/** May be called once in the life of a page. */
export function connectEditor(panel: PanelApi): Editor {
  const frame = acquireVsCodeApi();
  const { remote } = connect<PanelHostApi>(panel, {
    post: (message) => frame.postMessage(message),
    on: (listener) => window.addEventListener('message', (event: MessageEvent<unknown>) => listener(event.data)),
  });
  return { host: remote, frame };
}
