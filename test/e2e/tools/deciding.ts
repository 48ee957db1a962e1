/** Several images at once, the list of keys, and the list of what is flagged. */
import { describe, expect, it } from 'vitest';
import type { Session } from '../session';
import { markedOnDisk } from './fruit-bowl';

export function deciding(session: () => Session): void {
  describe('that decide', () => {
    const panel = () => session().panel;
    const tile = (place: number) => panel().tiles.nth(place);

    it('select with Shift and Ctrl, mark all at once, on disk too, and take it back in one step', async () => {
      const { page } = session();
      const names = await panel().names();
      await tile(0).click();
      await tile(3).click({ modifiers: ['Shift'] });
      await tile(5).click({ modifiers: ['Control'] });
      await tile(1).click({ modifiers: ['Control'] });
      const chosen = [0, 2, 3, 5].map((place) => names[place] ?? '');
      await expect.poll(() => panel().selected()).toEqual(chosen);
      const toolbar = panel().frame.locator('review-toolbar');
      await toolbar.getByText('4 selected').waitFor();
      await session().picture('4-selected');
      await toolbar.getByRole('button', { name: 'Bad', exact: true }).click();
      await expect.poll(() => panel().marked('bad')).toEqual(chosen);
      await expect.poll(() => markedOnDisk(session(), 'bad')).toEqual([...chosen].sort());
      await toolbar.getByRole('button', { name: 'Deselect' }).click();
      expect(await panel().selected()).toEqual([]);
      await panel().button('Filter by folder, decision and label').click();
      await panel().choose('Decision', 'Marked bad');
      await expect.poll(() => panel().names()).toEqual(chosen);
      await panel().choose('Decision', 'Undecided');
      await expect.poll(() => panel().names()).toEqual(names.filter((name) => !chosen.includes(name)));
      await panel().button('Clear').click();
      await panel().button('Filter by folder, decision and label').click();
      await page.keyboard.press('u');
      await expect.poll(() => panel().marked('bad')).toEqual([]);
      await expect.poll(() => markedOnDisk(session(), 'bad')).toEqual([]);
    });

    it('list their keys on ?, and lead back to the image', async () => {
      const { page } = session();
      await tile(2).click();
      const name = await panel().focusedName();
      await page.keyboard.press('?');
      const list = panel().frame.getByRole('dialog', { name: 'Keys' });
      await list.waitFor();
      await session().picture('5-keys');
      expect(await list.locator('kbd').allInnerTexts()).toEqual(
        expect.arrayContaining(['x', 'g', 'u', '[', ']', '/', '?']),
      );
      await page.keyboard.press('Escape');
      await list.waitFor({ state: 'hidden' });
      expect(await panel().focusedName()).toBe(name);
    });

    it('copy the list of what is flagged, with what a person decided', async () => {
      const { workbench, page } = session();
      const [first = ''] = await panel().names();
      await tile(0).click();
      await page.keyboard.press('g');
      await expect.poll(() => panel().marked('good')).toEqual([first]);
      const flagged = (await panel().shown()).filter((image) => image.flagged).map(({ name }) => name);
      expect(flagged).not.toContain(first);
      await panel().button('Copy flagged').click();
      await workbench.toast(`Copied the paths of ${flagged.length} flagged images`).waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
        flagged
          .sort()
          .map((name) => `${name}\n`)
          .join(''),
      );
      await page.keyboard.press('u');
      await expect.poll(() => panel().marked('good')).toEqual([]);
    });
  });
}
