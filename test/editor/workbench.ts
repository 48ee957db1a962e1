/** What a person does in the workbench, for tests that use the extension as a user does. */
import type { FrameLocator, Locator, Page } from 'playwright-core';

const patience = 60_000;

export class Workbench {
  constructor(readonly page: Page) {}

  /** Opens the workbench and waits for its explorer. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.explorerReady();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.explorerReady();
  }

  private async explorerReady(): Promise<void> {
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: patience });
  }

  /** The page inside the webview that is in front. */
  get webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  toast(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast', { hasText: text });
  }

  /** Presses a button of a toast; by key, since a click can be intercepted by what moves over it. */
  async pressInToast(text: string | RegExp, button: string): Promise<void> {
    const target = this.toast(text).getByRole('button', { name: button });
    await target.waitFor({ timeout: patience });
    await target.press('Enter');
  }

  /** Answers a question that has to be answered before anything else. */
  async pressInDialog(button: string): Promise<void> {
    const target = this.page.locator('.monaco-dialog-box').getByRole('button', { name: button, exact: true });
    await target.waitFor({ timeout: patience });
    await target.press('Enter');
  }

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget').locator('input[type=text]').first();
  }

  quickRow(text?: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row', text === undefined ? {} : { hasText: text }).first();
  }

  /** Runs a command by its title. */
  async command(title: string): Promise<void> {
    await this.untilDone(async () => {
      await this.page.keyboard.press('F1');
      await this.quickInput.fill(`>${title}`, { timeout: 5_000 });
      await this.quickRow(title).click({ timeout: 3_000 });
    });
  }

  async chooseTheme(name: string): Promise<void> {
    await this.command('Preferences: Color Theme');
    await this.quickInput.fill(name);
    await this.quickRow(name).click();
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Right-clicks an entry of the explorer and walks through the menu. */
  async contextMenu(entry: string, path: readonly string[]): Promise<void> {
    const item = this.page.getByRole('treeitem', { name: entry, exact: true });
    await item.waitFor({ timeout: patience });
    await this.untilDone(async () => {
      await item.click({ button: 'right', timeout: 5_000 });
      for (const [depth, name] of path.entries()) {
        const choice = this.page.getByRole('menuitem', { name, exact: true }).last();
        if (depth < path.length - 1) {
          await choice.hover({ timeout: 5_000 });
        } else {
          await choice.click({ timeout: 5_000 });
          // A menu that has just opened takes no click.
          await choice.waitFor({ state: 'hidden', timeout: 5_000 });
        }
      }
    });
  }

  /** Fills in the workbench's own save dialog; `replace` says yes when the file is there already. */
  async saveAs(file: string, replace = false): Promise<void> {
    await this.quickRow('..').waitFor({ timeout: patience });
    const dialog = this.page.locator('.quick-input-widget');
    const question = dialog.getByText(/already exists/);
    await this.quickInput.fill(file);
    // While the dialog still lists the folder that was typed, it takes no Enter.
    await this.untilDone(async () => {
      await this.quickInput.press('Enter', { timeout: 2_000 });
      if (replace) await question.waitFor({ timeout: 3_000 });
      else await dialog.waitFor({ state: 'hidden', timeout: 3_000 });
    }, 'keep');
    if (!replace) return;
    await this.quickInput.press('Enter');
    await dialog.waitFor({ state: 'hidden', timeout: patience });
  }

  /** A menu or list opened before the extension had its say never gets the entry: away with it (or not), and again. */
  private async untilDone(attempt: () => Promise<void>, between: 'escape' | 'keep' = 'escape'): Promise<void> {
    const deadline = Date.now() + patience;
    for (;;) {
      try {
        await attempt();
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        if (between === 'keep') continue;
        await this.page.keyboard.press('Escape');
        await this.page.keyboard.press('Escape');
      }
    }
  }
}
