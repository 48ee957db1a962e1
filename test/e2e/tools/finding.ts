/** Size, filters, search and order of the images. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Session } from '../session';
import { bowl, isForeign, onDisk } from './fruit-bowl';

export function finding(session: () => Session): void {
  describe('that find images', () => {
    const panel = () => session().panel;

    it('make the pictures as large as wished, by slider and by wheel', async () => {
      const { page } = session();
      const tile = panel().tiles.first();
      const width = async () => (await tile.boundingBox())?.width ?? 0;
      const before = await width();
      await panel().frame.getByRole('slider', { name: 'Size', exact: true }).press('End');
      await expect.poll(width).toBeGreaterThan(2 * before);
      await session().picture('1-large');
      await tile.hover();
      await page.keyboard.down('Control');
      for (let turns = 0; turns < 20 && (await width()) > 60; turns++) await page.mouse.wheel(0, 120);
      await page.keyboard.up('Control');
      // So small that all of them are in sight, as the other steps need it.
      await expect.poll(async () => (await panel().names()).length).toBe(bowl.length);
      await session().picture('2-small');
    });

    it('filter by flag, folder and label, each choice with its count, and together', async () => {
      const all = await panel().shown();
      const flagged = all.filter((image) => image.flagged).map(({ name }) => name);
      await panel().choose('Show', 'Flagged');
      await expect.poll(() => panel().names()).toEqual(flagged);
      await panel().button('Filter by folder, decision and label').click();
      expect(await panel().countOf('Folder', 'good')).toBe(flagged.filter((name) => !isForeign(name)).length);
      await panel().choose('Folder', 'good');
      await expect.poll(() => panel().names()).toEqual(flagged.filter((name) => !isForeign(name)));
      await session().picture('3-filtered');
      await panel().choose('Show', 'All');
      await panel().choose('Label', 'Labelled bad');
      await panel().frame.getByText('No image matches').waitFor();
      await panel().choose('Folder', 'All folders');
      await expect.poll(async () => (await panel().names()).sort()).toEqual(bowl.filter(isForeign));
      await panel().button('Clear').click();
      await expect.poll(async () => (await panel().names()).length).toBe(bowl.length);
      await panel().button('Filter by folder, decision and label').click();
    });

    it('search names from the key /, and lead back to the images', async () => {
      const { page } = session();
      await panel().tiles.first().click();
      await page.keyboard.press('/');
      await page.keyboard.type('OREIGN/FRUIT_1');
      const found = bowl.filter((name) => name.includes('oreign/fruit_1'));
      expect(found.length).toBeGreaterThan(0);
      await expect.poll(async () => (await panel().names()).sort()).toEqual(found);
      await page.keyboard.press('Enter');
      const [first = ''] = await panel().names();
      await expect.poll(() => panel().focusedName()).toBe(first);
      await page.keyboard.press('/');
      await page.keyboard.press('Escape');
      await expect.poll(async () => (await panel().names()).length).toBe(bowl.length);
    });

    it('show one group of alike images', async () => {
      await panel().frame.getByRole('checkbox', { name: 'Groups' }).check();
      const groups = panel().frame.locator('group-strip .group');
      await expect.poll(() => groups.count(), { timeout: 60_000 }).toBeGreaterThan(1);
      const inGroup = Number.parseInt(await groups.nth(1).innerText(), 10);
      await groups.nth(1).click();
      await expect.poll(async () => (await panel().names()).length).toBe(inGroup);
      expect((await panel().shown()).every(({ flagged }) => flagged)).toBe(true);
      await panel().frame.getByRole('checkbox', { name: 'Groups' }).uncheck();
      await expect.poll(async () => (await panel().names()).length).toBe(bowl.length);
    });

    it('sort by name, by any score and by contradiction of the labels', async () => {
      const byFileName = [...bowl].sort((one, other) => (path.basename(one) < path.basename(other) ? -1 : 1));
      await panel().choose('Sort by', 'Name');
      await expect.poll(() => panel().names()).toEqual(byFileName);
      await panel().choose('Sort by', 'PCA baseline');
      await expect.poll(() => panel().names()).not.toEqual(byFileName);
      const byBaseline = await panel().names();
      await panel().choose('Sort by', 'Original order');
      await expect.poll(() => panel().names()).toEqual(bowl);
      // The plainest contradictions: what is labelled good and scored high, labelled bad and scored low.
      await panel().choose('Sort by', 'Contradiction of label');
      await expect.poll(async () => (await panel().shown())[0]?.name).toMatch(/^good/);
      const [first] = await panel().shown();
      const all = await panel().shown();
      expect(first?.score).toBe(Math.max(...all.filter(({ name }) => !isForeign(name)).map(({ score }) => score)));
      await panel().choose('Sort by', 'Score');
      await expect
        .poll(async () => (await panel().shown()).map(({ rank }) => rank))
        .toEqual(bowl.map((_, place) => place + 1));
      // Another score to threshold by is another ranking, and part of the review.
      await panel().choose('Score', 'PCA baseline');
      await expect.poll(() => panel().names()).toEqual(byBaseline);
      await expect.poll(() => onDisk(session(), 'review.json')).toMatchObject({ score: 'pca' });
      await panel().tiles.first().press('u');
      await expect.poll(() => panel().names()).not.toEqual(byBaseline);
      await expect.poll(() => onDisk(session(), 'review.json')).toMatchObject({ score: 'anomaly' });
    });
  });
}
