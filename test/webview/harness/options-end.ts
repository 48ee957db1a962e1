/** The editor's end of the connection of a page of options, and the page on it: the real channel, answers made here. */
import '../../../webview/main.css';
import '../../../webview/options/scan-options-page';
import { userEvent } from 'vitest/browser';
import { connect, type Connection } from '../../../src/shared/channel';
import type { ScanEstimate, SourceReport, TrainingSample } from '../../../src/shared/contracts';
import type { OptionsHostApi, OptionsState, PlaceKind } from '../../../src/shared/scan-options';
import type { ScanRequest } from '../../../src/shared/settings';
import type { ScanOptionsPage } from '../../../webview/options/scan-options-page';
import { addCodicons } from './mounted-panel';
import { picture } from './pictures';
import { applyTheme } from './themes';

export interface OptionsAnswers {
  readonly state: OptionsState;
  readonly ready?: () => Promise<OptionsState>;
  readonly inspect?: (source: string) => Promise<SourceReport>;
  readonly browse?: (kind: PlaceKind, near: string) => Promise<string | undefined>;
  readonly preview?: (request: ScanRequest) => Promise<readonly TrainingSample[]>;
  readonly estimate?: (request: ScanRequest) => Promise<ScanEstimate>;
  readonly start?: (request: ScanRequest) => Promise<string>;
}

export class MountedOptions {
  /** What the page keeps with `setState`. */
  stored: unknown;
  readonly started: ScanRequest[] = [];
  readonly copied: ScanRequest[] = [];
  readonly previewed: ScanRequest[] = [];
  readonly browsed: [PlaceKind, string][] = [];
  readonly measured: ScanRequest[] = [];
  /** How often an estimate was given up. */
  givenUp = 0;
  readonly element: ScanOptionsPage;
  private readonly connection: Connection<object>;
  private listener: (message: unknown) => void = () => undefined;

  private constructor(answers: OptionsAnswers, stored: unknown) {
    this.stored = stored;
    const host: OptionsHostApi = {
      ready: answers.ready ?? (() => Promise.resolve(answers.state)),
      inspect: answers.inspect ?? ((source) => Promise.resolve(plainReport(source))),
      browse: (kind, near) => {
        this.browsed.push([kind, near]);
        return (answers.browse ?? (() => Promise.resolve(undefined)))(kind, near);
      },
      preview: (request) => {
        this.previewed.push(request);
        return (answers.preview ?? samples)(request);
      },
      estimate: (request) => {
        this.measured.push(request);
        return (answers.estimate ?? (() => Promise.resolve(usualEstimate)))(request);
      },
      cancelEstimate: () => {
        this.givenUp += 1;
        return Promise.resolve();
      },
      copyCommand: (request) => {
        this.copied.push(request);
        return Promise.resolve('');
      },
      start: (request) => {
        this.started.push(request);
        return (answers.start ?? (() => Promise.resolve('/runs/1')))(request);
      },
    };
    this.connection = connect<object>(host, {
      // As between frames: copies, and never in the same turn.
      post: (message) => {
        const data = structuredClone(message);
        queueMicrotask(() => window.dispatchEvent(new MessageEvent('message', { data })));
      },
      on: (listener) => (this.listener = listener),
    });
    Object.assign(globalThis, {
      acquireVsCodeApi: () => ({
        postMessage: (message: unknown) => {
          const copy = structuredClone(message);
          queueMicrotask(() => this.listener(copy));
        },
        getState: () => structuredClone(this.stored),
        setState: (state: unknown) => (this.stored = structuredClone(state)),
      }),
    });
    this.element = document.createElement('scan-options-page');
    document.body.append(this.element);
  }

  /** Resolves when the page has drawn the editor's first answers. */
  static async mount(answers: OptionsAnswers, stored?: unknown): Promise<MountedOptions> {
    addCodicons();
    if (document.body.className === '') applyTheme('dark');
    const mounted = new MountedOptions(answers, stored);
    const { model } = mounted.element;
    await mounted.until(() => model.problem !== undefined || (model.state !== undefined && !model.inspecting));
    await mounted.drawn();
    return mounted;
  }

  unmount(): void {
    this.element.remove();
    this.connection.close();
  }

  async drawn(): Promise<void> {
    for (let pass = 0; pass < 3; pass++) {
      await this.element.updateComplete;
      await new Promise((resolve) => requestAnimationFrame(() => resolve(undefined)));
    }
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => requestAnimationFrame(() => resolve(undefined)));
  }

  /** Resolves when the page has drawn everything, what the scan will take with it. */
  async settled(): Promise<void> {
    await this.drawn();
    // Asked for a moment after the form was drawn: until then it says nothing.
    await this.until(() =>
      this.all('scan-estimate').every(
        (estimate) => !estimate.matches('[busy]') && estimate.shadowRoot?.textContent.trim() !== '',
      ),
    );
    await this.drawn();
  }

  all(selector: string, root: ParentNode = this.root): HTMLElement[] {
    const inner = [...root.querySelectorAll('*')].flatMap(({ shadowRoot }) =>
      shadowRoot ? this.all(selector, shadowRoot) : [],
    );
    return [...root.querySelectorAll<HTMLElement>(selector), ...inner];
  }

  one(selector: string): HTMLElement {
    const [first] = this.all(selector);
    if (!first) throw new Error(`There is no ${selector} on the page.`);
    return first;
  }

  button(text: string): HTMLElement {
    const found = this.all('vscode-button, button').find(
      (button) => (button.textContent.trim() || button.getAttribute('aria-label')) === text,
    );
    if (!found) throw new Error(`There is no button “${text}”.`);
    return found;
  }

  async press(text: string): Promise<void> {
    this.button(text).click();
    await this.drawn();
  }

  async unfold(section: string): Promise<void> {
    const details = this.one(`details[data-section=${section}]`);
    if (!details.matches('[open]')) details.querySelector('summary')?.click();
    await this.until(() => details.matches('[open]') && this.element.model.open.has(section));
    await this.drawn();
  }

  /** The control of a setting, and what stands around it. */
  control(name: string): HTMLInputElement | HTMLSelectElement {
    const control = this.one(`setting-field[data-field="${name}"]`).shadowRoot?.getElementById('control');
    if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement) return control;
    throw new Error(`The field ${name} has no control.`);
  }

  async type(name: string, text: string): Promise<void> {
    await userEvent.fill(this.control(name), text);
    await this.drawn();
  }

  async choose(name: string, value: string): Promise<void> {
    await userEvent.selectOptions(this.control(name), value);
    await this.drawn();
  }

  problemOf(name: string): string {
    const root = this.one(`[data-field="${name}"]`).shadowRoot;
    return root?.querySelector<HTMLElement>('.wrong:not([hidden])')?.innerText ?? '';
  }

  pathOf(name: string): string {
    return (
      this.one(`place-field[data-field="${name}"]`).shadowRoot?.querySelector('.path')?.getAttribute('title') ?? ''
    );
  }

  private get root(): ShadowRoot {
    const { shadowRoot } = this.element;
    if (!shadowRoot) throw new Error('The page has not been drawn.');
    return shadowRoot;
  }
}

export const usualEstimate: ScanEstimate = {
  images: 165,
  epochs: 37,
  isCutOff: false,
  mayTrainOnMore: false,
  seconds: { read: 0.4, train: 118, score: 6 },
  memoryBytes: 412_345_678,
  backend: 'onnx',
  device: 'cpu',
  threads: 2,
};

export function plainReport(source: string): SourceReport {
  return { layout: 'plain', description: 'apples: 165 images.', suggestion: { source }, arrays: [] };
}

function samples(): Promise<readonly TrainingSample[]> {
  return Promise.resolve(
    Array.from({ length: 12 }, (_, index) => ({
      original: picture(index, 64),
      augmented: picture(index + 1, 64),
      input: picture(index + 1, 64, true),
    })),
  );
}
