/** What can be done with an image's file from its menu. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Session } from '../session';

export function tileMenu(session: () => Session): void {
  describe('in the menu of an image', () => {
    const choice = (name: string) => session().panel.frame.getByRole('menuitem', { name, exact: true });

    it('show its file in the explorer', async () => {
      const { panel, page } = session();
      const [, second = ''] = await panel.names();
      await panel.tiles.nth(1).click({ button: 'right' });
      await choice('Reveal').waitFor();
      await session().picture('6-menu');
      await choice('Reveal').click();
      const row = page.locator('.explorer-folders-view .monaco-list-row.selected');
      await expect.poll(() => row.allInnerTexts(), { timeout: 60_000 }).toEqual([path.basename(second)]);
    });

    it('copy its path, by keys alone', async () => {
      const { panel, page, editor } = session();
      const name = (await panel.names())[2] ?? '';
      await panel.tiles.nth(2).click();
      await page.keyboard.press('Shift+F10');
      await choice('Copy path').waitFor();
      await page.keyboard.press('End');
      await page.keyboard.press('Enter');
      const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
      await expect.poll(clipboard, { timeout: 60_000 }).toBe(path.join(editor.workspace, 'fruit', name));
      expect(await panel.focusedName()).toBe(name);
    });

    it('open it to the side of the review', async () => {
      const { panel, page, workbench } = session();
      const [first = ''] = await panel.names();
      await panel.tiles.first().click({ button: 'right' });
      await choice('Open to the side').click();
      const tab = page.getByRole('tab', { name: path.basename(first) });
      await tab.waitFor({ timeout: 60_000 });
      await session().picture('7-side');
      await workbench.command('View: Close Editor');
      await tab.waitFor({ state: 'detached' });
      await panel.tiles.first().waitFor();
    });
  });
}
