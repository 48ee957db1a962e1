/** The review panel as its user sees it: by roles and names, through the editor's frames. */
import type { FrameLocator, Locator } from 'playwright-core';
import { expect } from 'vitest';
import type { Workbench } from '../editor/workbench';

export interface ShownImage {
  readonly name: string;
  readonly rank: number;
  readonly score: number;
  readonly flagged: boolean;
  readonly marked: 'bad' | 'good' | undefined;
}

export class ReviewPanel {
  constructor(private readonly workbench: Workbench) {}

  get frame(): FrameLocator {
    return this.workbench.webview;
  }

  get element(): Locator {
    return this.frame.locator('anomaly-review-panel');
  }

  get grid(): Locator {
    return this.frame.getByRole('grid', { name: 'Images' });
  }

  /** Image tiles that are in the page now: those in view and a row around. */
  get tiles(): Locator {
    return this.grid.locator('[role=gridcell][data-index]');
  }

  tile(name: string): Locator {
    return this.grid.locator(`[role=gridcell][aria-label^="${name},"]`);
  }

  get threshold(): Locator {
    return this.frame.getByRole('slider', { name: 'Threshold', exact: true });
  }

  get footer(): Locator {
    return this.frame.locator('run-footer .facts');
  }

  /** Waits for a run to end well; one that ends otherwise is not waited for. */
  async untilDone(timeoutMs = 400_000): Promise<void> {
    await expect.poll(() => this.footer.innerText(), { timeout: timeoutMs }).toMatch(/Done|Failed|Stopped|Interrupted/);
    expect(await this.footer.innerText()).toMatch(/Done/);
  }

  button(name: string): Locator {
    return this.frame.getByRole('button', { name, exact: true });
  }

  /** Presses a button by key: the editor's notification may lie over the footer. */
  async press(name: string): Promise<void> {
    const button = this.button(name);
    await button.waitFor({ timeout: 120_000 });
    await button.press('Enter');
  }

  async thresholdValue(): Promise<number> {
    return Number(await this.threshold.getAttribute('aria-valuenow'));
  }

  /** The count the header shows. */
  async flaggedCount(): Promise<number> {
    const text = await this.frame.locator('panel-header .flagged').innerText();
    return Number.parseInt(text.replaceAll(/[^\d]/g, ''), 10);
  }

  /** The images in view, in the grid's order. */
  async shown(): Promise<ShownImage[]> {
    const labels = await this.tiles.evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('aria-label') ?? ''));
    return labels.map((label) => {
      const words = label.split(', ');
      return {
        name: words[0] ?? '',
        rank: numberAfter(words, 'rank '),
        score: numberAfter(words, 'score '),
        flagged: words.includes('flagged'),
        marked: words.includes('marked bad') ? 'bad' : words.includes('marked good') ? 'good' : undefined,
      };
    });
  }

  async names(): Promise<string[]> {
    return (await this.shown()).map(({ name }) => name);
  }

  /** Names of the images in view that are marked so. */
  async marked(decision: 'bad' | 'good'): Promise<string[]> {
    return (await this.shown()).filter(({ marked }) => marked === decision).map(({ name }) => name);
  }

  /** Names of the images in view that are selected. */
  async selected(): Promise<string[]> {
    return await this.grid.locator('[aria-selected=true]').evaluateAll(namesOf);
  }

  /** The image with the keyboard's focus, if there is one. */
  async focusedName(): Promise<string | undefined> {
    const [name] = await this.grid.locator('[role=gridcell]:focus').evaluateAll(namesOf);
    return name;
  }

  /** What a drop-down list says beside one of its choices. */
  async countOf(list: string, choice: string): Promise<number> {
    const box = this.frame.getByRole('combobox', { name: list, exact: true });
    await box.click();
    const text = await this.frame.getByRole('option', { name: new RegExp(`^${choice} · `) }).innerText();
    await box.press('Escape');
    return Number(text.split(' · ')[1]);
  }

  /** Chooses in one of the panel's drop-down lists, where a count may stand behind the choice. */
  async choose(list: string, choice: string): Promise<void> {
    const box = this.frame.getByRole('combobox', { name: list, exact: true });
    await box.click();
    const exactly = choice.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    await this.frame.getByRole('option', { name: new RegExp(`^${exactly}( · [\\d,]+)?$`) }).click();
  }

  /** Drags the threshold's line sideways by a share of the histogram's width. */
  async dragThreshold(share: number): Promise<void> {
    const plot = await this.frame.locator('score-histogram').boundingBox();
    const line = await this.threshold.boundingBox();
    if (plot === null || line === null) throw new Error('The histogram is not in view.');
    const { mouse } = this.workbench.page;
    const x = line.x + line.width / 2;
    const y = line.y + line.height / 2;
    await mouse.move(x, y);
    await mouse.down();
    await mouse.move(x + (plot.width * share) / 2, y, { steps: 5 });
    await mouse.move(x + plot.width * share, y, { steps: 5 });
    await mouse.up();
  }

  /** What the content security policy refused so far. */
  async policyViolations(): Promise<string[]> {
    return await this.element.evaluate(() => {
      const seen: unknown = Reflect.get(globalThis, 'policyViolations');
      return Array.isArray(seen) ? seen.map(String) : ['nobody listened'];
    });
  }
}

function namesOf(tiles: readonly Element[]): string[] {
  return tiles.map((tile) => tile.getAttribute('aria-label')?.split(', ')[0] ?? '');
}

function numberAfter(words: readonly string[], start: string): number {
  const text = words.find((word) => word.startsWith(start))?.slice(start.length) ?? '';
  return Number(text.replace('−', '-'));
}
