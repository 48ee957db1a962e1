/** The connection to the editor that shows this frame. */
import { connect, type Connection } from '../../src/shared/channel';
import type { PanelHostApi } from '../../src/shared/contracts';

/** What VS Code gives to the scripts of a webview. */
interface FrameApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): FrameApi;

/** `Host` is what the editor offers to this page. */
export interface Editor<Host extends object = PanelHostApi> {
  readonly host: Connection<Host>['remote'];
  readonly frame: FrameApi;
  close(): void;
}

/** Offers `page` to the editor. May be called once in the life of a page. */
export function connectEditor<Host extends object = PanelHostApi>(page: object): Editor<Host> {
  const frame = acquireVsCodeApi();
  let receive: ((event: MessageEvent<unknown>) => void) | undefined;
  const connection = connect<Host>(page, {
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
