/** One image after the other beside its reconstruction, zoomed in step. */
import { describe, expect, it } from 'vitest';
import type { Session } from '../session';

const patience = { timeout: 60_000 };

export function comparing(session: () => Session): void {
  describe('that compare', () => {
    const view = () => session().panel.frame.locator('compare-view');
    const name = () => view().getByRole('heading', { level: 2 }).innerText();
    const pictures = () => session().panel.frame.getByRole('group', { name: /^Pictures/ });
    /** Where each picture lies in its frame, and how large, in the frame's sides. */
    const places = async (): Promise<string[]> =>
      await pictures()
        .locator('.frame')
        .evaluateAll((frames) =>
          frames.map((frame) => {
            const around = frame.getBoundingClientRect();
            const inside = frame.querySelector('img')?.getBoundingClientRect() ?? around;
            return [inside.left - around.left, inside.top - around.top, inside.width]
              .map((length) => (length / around.width).toFixed(2))
              .join(' ');
          }),
        );

    it('go to the next image and the previous, with pictures of each', async () => {
      const { panel, page } = session();
      const base = (await panel.names()).map((path) => path.slice(path.lastIndexOf('/') + 1));
      await panel.tiles.nth(1).click();
      await page.keyboard.press('Enter');
      const original = panel.frame.getByRole('img', { name: 'original', exact: true });
      await original.waitFor(patience);
      expect(await name()).toBe(base[1]);
      const address = await original.getAttribute('src');
      await view().getByRole('button', { name: 'Next image' }).click();
      await expect.poll(name).toBe(base[2]);
      await expect.poll(() => original.getAttribute('src'), patience).not.toBe(address);
      await view().getByRole('button', { name: 'Previous image' }).click();
      await expect.poll(name).toBe(base[1]);
      await expect.poll(() => original.getAttribute('src'), patience).toBe(address);
    });

    it('zoom and move all pictures in step, by wheel, drag and keys', async () => {
      const { page } = session();
      const whole = await places();
      expect(whole.length).toBe(4);
      const frame = await pictures().locator('.frame').nth(1).boundingBox();
      if (frame === null) throw new Error('The pictures are not in view.');
      const at = (x: number, y: number) => [frame.x + x * frame.width, frame.y + y * frame.height] as const;
      await page.mouse.move(...at(0.25, 0.25));
      await page.mouse.wheel(0, -400);
      await expect.poll(places).not.toEqual(whole);
      const zoomed = await places();
      expect(new Set(zoomed).size).toBe(1);
      await page.mouse.down();
      await page.mouse.move(...at(0.6, 0.5), { steps: 4 });
      await page.mouse.up();
      await expect.poll(places).not.toEqual(zoomed);
      expect(new Set(await places()).size).toBe(1);
      await session().picture('11-zoomed');
      await page.keyboard.press('0');
      await expect.poll(places).toEqual(whole);
      await page.keyboard.press('+');
      await expect.poll(places).not.toEqual(whole);
    });

    it('close by Escape, with the focus on the image again', async () => {
      const { panel, page } = session();
      const [, second = ''] = await panel.names();
      await page.keyboard.press('Escape');
      await view().waitFor({ state: 'detached' });
      await expect.poll(() => panel.focusedName()).toBe(second);
    });
  });
}
