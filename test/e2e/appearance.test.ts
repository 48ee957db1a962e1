/**
 * How the panel looks in each kind of theme and at several widths: pictures as build artefacts, and no violation of the
 * accessibility rules. `npm run pictures` makes those of README and walkthrough.
 */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inRoot } from '../editor/places';
import { pictureOfFailure, startSession, type Session } from './session';

const axe = readFileSync(inRoot('node_modules/axe-core/axe.min.js'), 'utf8');
/** WCAG; the rules on landmarks of a whole page leave out that this one is a frame of the workbench. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const patience = { timeout: 120_000 };
const themes = [
  { theme: 'Dark Modern', kind: 'vscode-dark' },
  { theme: 'Light Modern', kind: 'vscode-light' },
  { theme: 'Dark High Contrast', kind: 'vscode-high-contrast' },
] as const;

describe('the look of the panel', () => {
  let session: Session;

  beforeAll(async () => {
    // A short training looks the same but for the reconstructions.
    session = await startSession({ name: 'look', settings: { 'anomalyReview.epochs': 8 } });
  });

  afterEach((context) => pictureOfFailure(session, context));

  afterAll(async () => {
    await session.end();
  });

  it('shows the comparison beside the ranked pictures', async () => {
    const { workbench, panel } = session;
    await workbench.contextMenu('apples', ['Anomaly Review', 'Scan for Outliers']);
    await panel.element.waitFor(patience);
    await panel.untilDone();
    await panel.tiles.first().click();
    await session.page.keyboard.press('Enter');
    await panel.frame.getByRole('img', { name: 'reconstruction', exact: true }).waitFor(patience);
  });

  it.each(themes)('is drawn and accessible in $theme', async ({ theme, kind }) => {
    const { page, panel, workbench } = session;
    await page.setViewportSize({ width: 1400, height: 900 });
    await workbench.chooseTheme(theme);
    await expect.poll(() => panel.frame.locator('body').getAttribute('class'), patience).toContain(kind);
    for (const width of [1700, 1280, 760]) {
      await page.setViewportSize({ width, height: 900 });
      await expect.poll(() => panel.tiles.first().isVisible(), patience).toBe(true);
      await session.picture(`${kind}-${width}`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(await accessibilityProblems(session)).toEqual([]);
  });

  it('never scrolls sideways, even in a narrow column', async () => {
    const { page, panel } = session;
    await page.setViewportSize({ width: 640, height: 700 });
    await expect
      .poll(() => panel.element.evaluate((element) => element.scrollWidth - element.clientWidth), patience)
      .toBeLessThanOrEqual(0);
    await session.picture('narrow');
  });
});

/** Rule and elements of each violation in the panel's page. */
async function accessibilityProblems({ panel }: Session): Promise<string[]> {
  const handle = await panel.element.elementHandle();
  const frame = await handle.ownerFrame();
  if (!frame) throw new Error('The panel is not in a frame.');
  await frame.evaluate(axe);
  const report: unknown = await frame.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(rules)} })`);
  if (typeof report !== 'object' || report === null || !('violations' in report)) throw new Error('axe gave no report');
  const { violations } = report;
  if (!Array.isArray(violations)) throw new Error('axe gave no list of violations');
  return violations.map((violation: { id: string; nodes: { html: string }[] }) => {
    const places = violation.nodes.slice(0, 3).map(({ html }) => html.slice(0, 160));
    return `${violation.id}: ${places.join(' | ')}`;
  });
}
