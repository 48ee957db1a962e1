/** A panel on the page of a test, with what a person sees and does there. */
import { page, userEvent } from 'vitest/browser';
import codicons from '@vscode/codicons/dist/codicon.css?url';
import '../../../webview/main.css';
import '../../../webview/panel/anomaly-review-panel';
import type { AnomalyReviewPanel } from '../../../webview/panel/anomaly-review-panel';
import { EditorEnd, type EditorAnswers } from './editor-end';
import { applyTheme } from './themes';

export class MountedPanel {
  private constructor(
    readonly element: AnomalyReviewPanel,
    readonly editor: EditorEnd,
  ) {}

  /** Resolves when the panel has drawn the editor's first answer. */
  static async mount(answers: EditorAnswers, stored?: unknown): Promise<MountedPanel> {
    addCodicons();
    if (document.body.className === '') applyTheme('dark');
    const editor = new EditorEnd(answers, stored);
    const element = document.createElement('anomaly-review-panel');
    document.body.append(element);
    const mounted = new MountedPanel(element, editor);
    await mounted.until(() => element.model.received);
    await mounted.drawn();
    return mounted;
  }

  unmount(): void {
    this.element.remove();
    this.editor.close();
  }

  /** All updates are on the screen. */
  async drawn(): Promise<void> {
    for (let pass = 0; pass < 3; pass++) {
      await this.element.updateComplete;
      await new Promise((resolve) => requestAnimationFrame(() => resolve(undefined)));
    }
  }

  /** Waits for a condition, a frame at a time; the test's own time limit ends it. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => requestAnimationFrame(() => resolve(undefined)));
  }

  /** Elements that match in the panel and in the parts inside of it. */
  all(selector: string, root: ParentNode = this.root): HTMLElement[] {
    const found = [...root.querySelectorAll<HTMLElement>(selector)];
    const inner = [...root.querySelectorAll('*')].flatMap(({ shadowRoot }) =>
      shadowRoot ? this.all(selector, shadowRoot) : [],
    );
    return [...found, ...inner];
  }

  one(selector: string): HTMLElement {
    const [first] = this.all(selector);
    if (!first) throw new Error(`There is no ${selector} in the panel.`);
    return first;
  }

  button(text: string): HTMLElement {
    const found = this.all('vscode-button, button').find(
      (button) => (button.textContent.trim() || button.getAttribute('aria-label')) === text,
    );
    if (!found) throw new Error(`There is no button “${text}”.`);
    return found;
  }

  get tiles(): HTMLElement[] {
    return this.all('.tile');
  }

  /** Image indexes in the order of the grid, as far as they are elements. */
  get shownIndexes(): number[] {
    return this.tiles.map((tile) => Number(tile.dataset['index']));
  }

  tile(index: number): HTMLElement {
    return this.one(`#image-${index}`);
  }

  get focusedTile(): number | undefined {
    const active = this.all('.tile').find((tile) => tile.matches(':focus'));
    return active ? Number(active.dataset['index']) : undefined;
  }

  get scroller(): HTMLElement {
    return this.one('.scroller');
  }

  /** What is read in an element; of a component, what its own template says. */
  text(selector: string): string {
    const element = this.one(selector);
    const parts = element.shadowRoot ? [...element.shadowRoot.children] : [element];
    const texts = parts.map((part) => (part instanceof HTMLElement ? part.innerText : ''));
    return texts.join(' ').replace(/\s+/g, ' ').trim();
  }

  /** Presses keys one after the other, in the form of testing-library: `{ArrowRight}x`. */
  async press(keys: string): Promise<void> {
    await userEvent.keyboard(keys);
    await this.drawn();
  }

  async click(element: HTMLElement): Promise<void> {
    element.click();
    await this.drawn();
  }

  async focusFirst(): Promise<void> {
    this.one('.tile.focused').focus();
    await this.drawn();
  }

  private get root(): ShadowRoot {
    const { shadowRoot } = this.element;
    if (!shadowRoot) throw new Error('The panel has not been drawn.');
    return shadowRoot;
  }
}

export async function size(width: number, height = 800): Promise<void> {
  await page.viewport(width, height);
}

/** The editor's icons, as its page for the panel has them. */
export function addCodicons(): void {
  if (document.getElementById('vscode-codicon-stylesheet')) return;
  const link = document.createElement('link');
  link.id = 'vscode-codicon-stylesheet';
  link.rel = 'stylesheet';
  link.href = codicons;
  document.head.append(link);
}
