/** What changes the ranking itself: marks that teach, and areas that do not count. */
import { describe, expect, it } from 'vitest';
import type { Session } from '../session';
import { markedOnDisk, onDisk } from './fruit-bowl';

const patience = { timeout: 120_000 };

export function rescoring(session: () => Session): void {
  describe('that change the ranking', () => {
    const panel = () => session().panel;
    const scores = async () => (await panel().shown()).map(({ name, score }) => `${name} ${score}`).sort();

    it('learn from a false alarm and others like it, leave what is in sight in its place, and forget it again', async () => {
      const { page } = session();
      const before = await panel().shown();
      const place = before.filter(({ flagged }) => flagged).length - 1;
      const alarm = before[place];
      await panel().tiles.nth(place).click();
      await page.keyboard.press('Shift+G');
      const taught = async () => (await panel().shown()).find(({ name }) => name === alarm?.name);
      await expect.poll(async () => (await taught())?.score, patience).toBeLessThan(alarm?.score ?? NaN);
      expect(await taught()).toMatchObject({ flagged: false, marked: 'good' });
      expect(await panel().names()).toEqual(before.map(({ name }) => name));
      expect(await panel().frame.getByRole('checkbox', { name: /Learn/ }).isChecked()).toBe(true);
      await expect.poll(() => markedOnDisk(session(), 'good')).toEqual([alarm?.name]);
      expect(onDisk(session(), 'review.json')).toMatchObject({ learn: true, score: 'taught' });
      await session().picture('12-taught');
      const anew = panel().button('Sort anew');
      if (await anew.isEnabled()) await anew.click();
      await expect
        .poll(async () => (await panel().shown()).map(({ rank }) => rank))
        .toEqual(before.map(({ rank }) => rank));
      await panel().tiles.first().press('u');
      await expect.poll(() => panel().shown(), patience).toEqual(before);
      await expect.poll(() => onDisk(session(), 'review.json')).toMatchObject({ score: 'anomaly', decisions: {} });
    });

    it('score anew in seconds without an area that was drawn, tell how long, and go back to the very same', async () => {
      const { page } = session();
      const before = await scores();
      await panel().button('Areas…').click();
      const dialog = panel().frame.getByRole('dialog', { name: 'Areas' });
      const picture = dialog.getByRole('img', { name: 'Mean of the images' });
      await picture.waitFor(patience);
      const box = await picture.boundingBox();
      if (box === null) throw new Error('The mean picture is not in view.');
      const apply = dialog.getByRole('button', { name: /^Apply \(about \d+ s\)/ });
      expect(await apply.isEnabled()).toBe(false);
      await page.mouse.move(box.x + 0.5 * box.width, box.y + 0.25 * box.height);
      await page.mouse.down();
      await page.mouse.move(box.x + 0.9 * box.width, box.y + 0.5 * box.height, { steps: 3 });
      await page.mouse.move(box.x + 0.9 * box.width, box.y + 0.75 * box.height, { steps: 3 });
      await page.mouse.up();
      await dialog.getByRole('button', { name: 'Area 1: ignore' }).waitFor();
      for (const [edge, percent] of [
        ['Left', 50],
        ['Top', 25],
        ['Right', 90],
        ['Bottom', 75],
      ] as const) {
        const typed = await dialog.getByLabel(`${edge} of area 1 in per cent`).inputValue();
        expect(Math.abs(Number(typed) - percent), edge).toBeLessThan(2);
      }
      await session().picture('13-area');
      await apply.click();
      await panel().button('Areas (1)…').waitFor(patience);
      await expect.poll(scores, patience).not.toEqual(before);
      expect(onDisk(session(), 'run.json')).toMatchObject({
        rescored: 1,
        request: { settings: { areas: [{ kind: 'ignore' }] } },
      });
      await panel().button('Areas (1)…').click();
      await session().picture('14-area-in-force');
      await dialog.getByRole('button', { name: 'Back to the former areas' }).click();
      await panel().button('Areas…').waitFor(patience);
      await expect.poll(scores, patience).toEqual(before);
      expect(onDisk(session(), 'run.json')).toMatchObject({ rescored: 2, status: 'done' });
    });
  });
}
