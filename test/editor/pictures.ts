/**
 * Makes the pictures of README and walkthrough anew: the packaged extension scans the samples in a real editor, and is
 * photographed in a dark and a light theme. `npm run pictures` builds what it needs first.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import sharp from 'sharp';
import { launchBrowser } from './browser';
import { installEditor } from './install';
import { inRoot } from './places';
import { startEditor } from './server';
import { Workbench } from './workbench';

const patience = { timeout: 180_000 };
const themes = [
  { theme: 'Dark Modern', suffix: 'dark' },
  { theme: 'Light Modern', suffix: 'light' },
] as const;

const [extension] = process.argv.slice(2);
if (extension === undefined) throw new Error('Needed: the .vsix.');
const samples = mkdtempSync(path.join(tmpdir(), 'pictures-'));
cpSync(inRoot('samples/apples'), path.join(samples, 'apples'), { recursive: true });
const editor = await startEditor(await installEditor(say), {
  workspace: samples,
  workspaceName: 'samples',
  extensions: [extension],
  settings: { 'workbench.colorTheme': 'Dark Modern', 'workbench.tips.enabled': false },
});
rmSync(samples, { recursive: true, force: true });
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const workbench = new Workbench(page);
  await workbench.open(editor.url);
  for (const { theme, suffix } of themes) {
    await workbench.chooseTheme(theme);
    await photographMenu(page, suffix);
  }
  await scanSamples(workbench);
  for (const { theme, suffix } of themes) {
    await workbench.chooseTheme(theme);
    await photographReview(page, workbench.webview, suffix);
  }
} finally {
  await browser.close();
  await editor.stop();
}

/** The explorer with the menu of the folder, at the entry that scans it. */
async function photographMenu(page: Page, suffix: string): Promise<void> {
  await page.getByRole('treeitem', { name: 'apples', exact: true }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Anomaly Review', exact: true }).hover();
  const entry = page.getByRole('menuitem', { name: 'Scan for Outliers', exact: true });
  await entry.hover(patience);
  const picture = await page.screenshot({ clip: { x: 0, y: 0, width: 800, height: 620 } });
  await keepWebp(picture, `walkthrough-scan-${suffix}`);
  for (let level = 0; level < 3; level++) await page.keyboard.press('Escape');
}

/** Scans with default settings, and opens the comparison of the strangest picture. */
async function scanSamples(workbench: Workbench): Promise<void> {
  const { page, webview } = workbench;
  await workbench.contextMenu('apples', ['Anomaly Review', 'Scan for Outliers']);
  await webview.locator('run-footer .facts', { hasText: 'Done' }).waitFor({ timeout: 600_000 });
  await workbench.command('Notifications: Clear All Notifications');
  await webview.locator('[role=gridcell][data-index]').first().click();
  await page.keyboard.press('Enter');
  await webview.getByRole('img', { name: 'reconstruction', exact: true }).waitFor(patience);
}

/** Without the workbench around it, and its footer: the walkthrough shows it small. */
const panelAlone = { x: 352, y: 68, width: 924, height: 666 };

/** The review, and the same with the menu of exports. */
async function photographReview(page: Page, panel: FrameLocator, suffix: string): Promise<void> {
  await panel.locator(`body.vscode-${suffix}`).waitFor(patience);
  await page.mouse.move(4, 796);
  const review = await page.screenshot();
  // A palette keeps it small enough for the repository.
  await sharp(review)
    .png({ palette: true, colours: 192, effort: 10 })
    .toFile(inRoot(`media/review-${suffix}.png`));
  await keepWebp(await page.screenshot({ clip: panelAlone }), `walkthrough-review-${suffix}`);
  await panel.getByRole('button', { name: 'Export', exact: true }).click();
  await panel.getByRole('menu').first().waitFor(patience);
  await keepWebp(await page.screenshot({ clip: panelAlone }), `walkthrough-export-${suffix}`);
  await page.keyboard.press('Escape');
}

async function keepWebp(picture: Buffer, name: string): Promise<void> {
  const { size } = await sharp(picture)
    .webp({ quality: 82, effort: 6 })
    .toFile(inRoot(`media/${name}.webp`));
  say(`media/${name}.webp: ${Math.round(size / 1000)} kB`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
