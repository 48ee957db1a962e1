/** The connection to the editor that shows this frame. */
import { connect, type Connection } from '../../src/shared/channel';
import type { PanelApi, PanelHostApi } from '../../src/shared/contracts';

/** What VS Code gives to the scripts of a webview. */
interface FrameApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): FrameApi;

export interface Editor {
  readonly host: Connection<PanelHostApi>['remote'];
  readonly frame: FrameApi;
  close(): void;
}

/** May be called once in the life of a page. */
export function connectEditor(panel: PanelApi): Editor {
  const frame = acquireVsCodeApi();
  let receive: ((event: MessageEvent<unknown>) => void) | undefined;
  const connection = connect<PanelHostApi>(panel, {
    post: (message) => frame.postMessage(message),
    on: (listener) => {
      receive = (event) => listener(event.data);
      window.addEventListener('message', receive);
    },
    off: () => {
      if (receive) window.removeEventListener('message', receive);
    },
  });
  return { host: connection.remote, frame, close: () => connection.close() };
}
