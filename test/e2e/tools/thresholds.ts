/** Where the line lies: by a method, by a number, by keys. */
import { describe, expect, it } from 'vitest';
import type { Session } from '../session';
import { onDisk } from './fruit-bowl';

export function thresholds(session: () => Session): void {
  describe('that draw the line', () => {
    const panel = () => session().panel;
    const flags = async () => (await panel().shown()).filter(({ flagged }) => flagged).length;
    const threshold = () => onDisk(session(), 'review.json');

    it('compare the methods in a table, with the count and the sentence of each, and use the one that is chosen', async () => {
      await panel().button('Why').click();
      const row = panel()
        .frame.locator('method-table .method-row')
        .filter({ has: panel().frame.getByRole('button', { name: 'Median deviation' }) });
      const [, value = '', count = '', , sentence = ''] = await row.locator('td').allInnerTexts();
      expect(sentence).toContain('median');
      const flaggedBy = Number.parseInt(count, 10);
      expect(flaggedBy).not.toBe(await panel().flaggedCount());
      await session().picture('8-methods');
      await row.getByRole('button').click();
      await expect.poll(() => panel().flaggedCount()).toBe(flaggedBy);
      expect(await flags()).toBe(flaggedBy);
      expect(await panel().thresholdValue()).toBeCloseTo(Number(value), 2);
      expect(await panel().frame.locator('threshold-controls .reason').innerText()).toBe(sentence);
      await expect.poll(threshold).toMatchObject({ threshold: { method: 'mad' } });
      await panel().button('Why').click();
      await row.waitFor({ state: 'detached' });
    });

    it('take a number', async () => {
      const images = await panel().shown();
      const [above, below] = [images[2]?.score ?? NaN, images[3]?.score ?? NaN];
      const middle = Number(((above + below) / 2).toFixed(2));
      const field = panel().frame.getByLabel('Threshold value');
      await field.fill(String(middle));
      await field.press('Enter');
      await expect.poll(() => panel().flaggedCount()).toBe(3);
      expect(await flags()).toBe(3);
      await expect.poll(threshold).toMatchObject({ threshold: { method: 'value', parameter: middle } });
      await field.fill('1e9');
      await field.press('Enter');
      await expect.poll(() => panel().flaggedCount()).toBe(0);
      await panel().tiles.first().press('u');
      await expect.poll(() => panel().flaggedCount()).toBe(3);
    });

    it('move it by [ and ], and draw the counts as they are or as logarithms', async () => {
      const { page } = session();
      await panel().tiles.first().click();
      const before = await panel().thresholdValue();
      await page.keyboard.press(']');
      await expect.poll(() => panel().thresholdValue()).toBeGreaterThan(before);
      const above = await panel().thresholdValue();
      await page.keyboard.press(']');
      await expect.poll(() => panel().thresholdValue()).toBeCloseTo(above + 0.1, 2);
      await page.keyboard.press('[');
      await expect.poll(() => panel().thresholdValue()).toBeCloseTo(above, 2);
      const parameter: unknown = expect.closeTo(await panel().thresholdValue(), 2);
      await expect.poll(threshold).toMatchObject({ threshold: { parameter } });
      const bars = () => panel().frame.locator('score-histogram path.below').getAttribute('d');
      const logarithms = await bars();
      await panel().button('log').click();
      await expect.poll(bars).not.toBe(logarithms);
      await panel().button('log').click();
      await expect.poll(bars).toBe(logarithms);
      // Each step by itself, back to the method that drew the line first.
      for (const key of ['u', 'u', 'u', 'u', 'u']) await page.keyboard.press(key);
      await expect.poll(threshold).toMatchObject({ threshold: { method: 'auto' } });
    });
  });
}
