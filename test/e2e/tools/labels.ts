/** How the flags agree with the labels. */
import { describe, expect, it } from 'vitest';
import type { Session } from '../session';
import { bowl, isForeign } from './fruit-bowl';

export function labels(session: () => Session): void {
  describe('that hold flags against labels', () => {
    const panel = () => session().panel;
    const figures = () => panel().frame.locator('label-figures');

    it('count what was missed and what is a false alarm, and lead to these images', async () => {
      const shown = await panel().shown();
      const disagree = shown.filter(({ name, flagged }) => flagged !== isForeign(name));
      const names = (flagged: boolean) => disagree.filter((image) => image.flagged === flagged).map(({ name }) => name);
      const [missed, alarms] = [names(false), names(true)];
      expect(missed.length).toBeGreaterThan(0);
      expect(alarms.length).toBeGreaterThan(0);
      await figures()
        .getByRole('button', { name: `${missed.length} missed` })
        .click();
      await expect.poll(() => panel().names()).toEqual(missed);
      await figures()
        .getByRole('button', { name: `${alarms.length} false alarm` })
        .click();
      await expect.poll(() => panel().names()).toEqual(alarms);
      await figures().getByRole('button', { name: 'Disagreements' }).click();
      await expect.poll(async () => (await panel().names()).sort()).toEqual([...missed, ...alarms].sort());
      await session().picture('9-disagreements');
      await figures().getByRole('button', { name: 'Disagreements' }).click();
      await expect.poll(async () => (await panel().names()).length).toBe(bowl.length);
    });

    it('draw the curves with the point of the line on them, which follows it', async () => {
      const { page } = session();
      await figures().getByRole('button', { name: 'Curves' }).click();
      const roc = panel().frame.getByRole('img', { name: /^ROC curve/ });
      const recall = panel().frame.getByRole('img', { name: /^Precision-recall curve/ });
      await recall.waitFor();
      const told = async () => {
        const flagged = (await panel().shown()).filter((image) => image.flagged).map(({ name }) => name);
        return { found: flagged.filter(isForeign).length, flagged: flagged.length };
      };
      const share = (part: number, whole: number) => `${Number(((100 * part) / whole).toFixed(1))}%`;
      const anomalies = bowl.filter(isForeign).length;
      const holds = async () => {
        const { found, flagged } = await told();
        const tpr = share(found, anomalies);
        const fpr = share(flagged - found, bowl.length - anomalies);
        await expect
          .poll(() => roc.getAttribute('aria-label'))
          .toContain(`rate of ${fpr} and a true positive rate of ${tpr}`);
        expect(await recall.getAttribute('aria-label')).toContain(
          `recall of ${tpr} and a precision of ${share(found, flagged)}`,
        );
      };
      await holds();
      const point = () => roc.locator('.point').getAttribute('d');
      const before = await point();
      await panel()
        .frame.getByLabel('Threshold value')
        .fill(String((await panel().shown())[0]?.score ?? NaN));
      await panel().frame.getByLabel('Threshold value').press('Enter');
      await expect.poll(point).not.toBe(before);
      await holds();
      await session().picture('10-curves');
      await panel().tiles.first().click();
      await page.keyboard.press('u');
      await expect.poll(point).toBe(before);
      await figures().getByRole('button', { name: 'Curves' }).click();
    });
  });
}
