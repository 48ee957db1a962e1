/**
 * The panel with many images in headless Chromium: first screen, frames of scrolling, dragging and deciding, memory of
 * the frame and number of tiles, beside what is aimed at.
 *
 * `node scripts/bench.mjs panel [--images 100000,1000000] [--frames 120]`
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import type { CDPSession, Page } from 'playwright-core';
import * as v from 'valibot';
import { launchBrowser } from '../../test/editor/browser';
import { describeMachine, resultFile } from '../machine';
import type { Change } from './page';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '100000,1000000' },
    frames: { type: 'string', default: '120' },
  },
});
const frames = Number(values.frames);
/** Of 100,000 images: milliseconds (95th percentiles), bytes. */
const goals = { firstScreen: 1000, scroll: 20, drag: 16, memoryBytes: 300e6 };
const heapSchema = v.object({
  usedSize: v.number(),
  embedderHeapUsedSize: v.optional(v.number(), 0),
  backingStorageSize: v.optional(v.number(), 0),
});

const folder = mkdtempSync(path.join(os.tmpdir(), 'anomaly-review-bench-'));
const browser = await launchBrowser();
const rows = [];
try {
  const script = path.join(folder, 'page.js');
  await build({ entryPoints: ['bench/panel/page.ts'], outfile: script, bundle: true, conditions: ['production'] });
  for (const images of values.images.split(',').map(Number)) {
    const row = await measure(images, script);
    console.log(JSON.stringify(row));
    rows.push(row);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
const machine = describeMachine();
const result = { machine, goals, loadAverage: os.loadavg()[0], results: rows };
writeFileSync(resultFile('panel', machine), `${JSON.stringify(result, undefined, 2)}\n`);

async function measure(images: number, script: string) {
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
  try {
    page.on('pageerror', (error) => console.error(error));
    await page.setContent('<!doctype html><style>html,body{height:100%;margin:0}</style>');
    await page.addScriptTag({ path: script });
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const before = await busyMs(session);
    const elapsed = await page.evaluate((count) => window.bench.start(count), images);
    const firstScreen = { elapsed: Math.round(elapsed), busy: Math.round((await busyMs(session)) - before) };
    const memoryBytes = await memory(session);
    const tiles = await page.evaluate(() => window.bench.tiles());
    const scroll = await run(page, session, 'scroll');
    const jump = await run(page, session, 'jump');
    const dragScrolled = await run(page, session, 'drag');
    await page.evaluate(() => window.bench.toTop());
    const drag = await run(page, session, 'drag');
    await page.evaluate(() => window.bench.view({ show: 'flagged' }));
    const dragOverFlagged = await run(page, session, 'drag');
    await page.evaluate(() => window.bench.view({ show: 'all', filtersOpen: true, folder: 'second' }));
    const dragWithFilters = await run(page, session, 'drag');
    const decide = await run(page, session, 'decide');
    const after = { memoryBytes: await memory(session), tiles: await page.evaluate(() => window.bench.tiles()) };
    return {
      images,
      firstScreen,
      memoryBytes,
      tiles,
      ...{ scroll, jump, drag, dragScrolled, dragOverFlagged, dragWithFilters, decide },
      after,
    };
  } finally {
    await page.close();
  }
}

/** Of each change: milliseconds that the page's thread worked, drawing included, and that passed until layout was done. */
async function run(page: Page, session: CDPSession, what: Change) {
  const [busy, elapsed]: [number[], number[]] = [[], []];
  for (let place = 0; place < frames; place++) {
    const before = await busyMs(session);
    elapsed.push(await page.evaluate(([change, at]) => window.bench.step(change, at), [what, place] as const));
    busy.push((await busyMs(session)) - before);
  }
  return { busy: quantiles(busy), elapsed: quantiles(elapsed) };
}

/** Since the page began: what its thread computed, not what it waited for a busy machine. */
async function busyMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
}

/** Script's heap, the page's own, and the columns. */
async function memory(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const heap = v.parse(heapSchema, await session.send('Runtime.getHeapUsage'));
  return heap.usedSize + heap.embedderHeapUsedSize + heap.backingStorageSize;
}

function quantiles(times: readonly number[]) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => Number((sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(1));
  return { median: at(0.5), p95: at(0.95), longest: at(1) };
}
