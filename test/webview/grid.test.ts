import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { MountedPanel, size } from './harness/mounted-panel';
import { states } from './harness/states';
import { setThresholdValue } from '../../webview/model/threshold-steps';

let panel: MountedPanel;

async function mount(state: (typeof states)[keyof typeof states]): Promise<void> {
  panel = await MountedPanel.mount({ state });
}

beforeEach(() => size(1280));
afterEach(() => panel.unmount());

describe('the grid of a hundred thousand images', () => {
  beforeEach(() => mount(states.huge));

  it('has elements only for what is in view', async () => {
    const inView = panel.tiles.length;
    expect(inView).toBeGreaterThan(18);
    expect(inView).toBeLessThan(80);
    for (const share of [0.1, 0.5, 0.9, 1]) {
      panel.scroller.scrollTop = share * panel.scroller.scrollHeight;
      await panel.drawn();
      expect(panel.tiles.length).toBeLessThan(80);
    }
  });

  it('is filled wherever one jumps to', async () => {
    const { items } = panel.element.model.list;
    panel.scroller.scrollTop = panel.scroller.scrollHeight / 2;
    await panel.drawn();
    const view = panel.scroller.getBoundingClientRect();
    const shown = panel.tiles.filter((tile) => {
      const box = tile.getBoundingClientRect();
      return box.bottom > view.top && box.top < view.bottom;
    });
    const first = shown[0]?.getBoundingClientRect().top ?? Infinity;
    const last = shown.at(-1)?.getBoundingClientRect().bottom ?? 0;
    expect(first).toBeLessThanOrEqual(view.top + 10);
    expect(last).toBeGreaterThanOrEqual(view.bottom - 10);
    const position = items.indexOf(Number(shown[0]?.dataset['index']));
    expect(position / items.length).toBeCloseTo(0.5, 2);
  });

  it('leaves the images in their columns while a threshold moves whose line is out of sight', async () => {
    const { model } = panel.element;
    panel.scroller.scrollTop = panel.scroller.scrollHeight / 2;
    await panel.drawn();
    const columns = () => panel.tiles.map((tile) => `${tile.id} ${tile.getAttribute('aria-colindex') ?? ''}`).join();
    const before = columns();
    const { above = 0 } = model.list;
    let lower = model.threshold;
    // Not by whole rows: each image's column is to be another.
    const columnCount = Number(panel.one('[role=grid]').getAttribute('aria-colcount'));
    do lower -= 0.1;
    while ((model.flaggedAt(lower) - above) % columnCount === 0);
    setThresholdValue(model, lower, 'drag');
    await panel.element.shadowRoot?.querySelector('review-grid')?.updateComplete;
    expect(model.list.above).toBeGreaterThan(above);
    expect(columns()).toBe(before);
    await panel.until(() => columns() !== before);
  });

  it('keeps the image in focus as an element when it is scrolled away', async () => {
    await panel.focusFirst();
    const focused = panel.focusedTile;
    panel.scroller.scrollTop = 500_000;
    await panel.drawn();
    expect(panel.focusedTile).toBe(focused);
    await panel.press('{ArrowRight}');
    expect(panel.scroller.scrollTop).toBeLessThan(200);
  });

  it('reaches the last image by one key', async () => {
    await panel.focusFirst();
    await panel.press('{End}');
    const { items } = panel.element.model.list;
    expect(panel.focusedTile).toBe(items.at(-1));
    const view = panel.scroller.getBoundingClientRect();
    expect(panel.tile(items.at(-1) ?? -1).getBoundingClientRect().bottom).toBeLessThanOrEqual(view.bottom);
  });

  it('tells its size to a screen reader', () => {
    const grid = panel.scroller;
    expect(grid.getAttribute('role')).toBe('grid');
    expect(Number(grid.getAttribute('aria-rowcount'))).toBeGreaterThan(10_000);
    expect(panel.one('[role=row]').getAttribute('aria-rowindex')).toBe('1');
  });
});

describe('the grid', () => {
  beforeEach(() => mount(states.done));

  it('starts with the strangest image, which is the one in focus', async () => {
    const { items } = panel.element.model.list;
    expect(panel.shownIndexes.slice(0, 6)).toEqual([...items.slice(0, 6)]);
    await panel.focusFirst();
    expect(panel.focusedTile).toBe(items[0]);
    expect(panel.all('.tile[tabindex="0"]').length).toBe(1);
  });

  it('moves by arrows and by h, j, k, l', async () => {
    const { items } = panel.element.model.list;
    await panel.focusFirst();
    await panel.press('{ArrowRight}{ArrowRight}');
    expect(panel.focusedTile).toBe(items[2]);
    await panel.press('h');
    expect(panel.focusedTile).toBe(items[1]);
    await panel.press('j');
    expect(panel.focusedTile).toBe(items[7]); // below the line, in the same column
    await panel.press('k');
    expect(panel.focusedTile).toBe(items[1]);
    await panel.press('l{Home}');
    expect(panel.focusedTile).toBe(items[0]);
  });

  it('goes to the first image of another list that lacks the one in focus', async () => {
    const { model } = panel.element;
    await panel.focusFirst();
    await panel.press('{ArrowRight}{ArrowRight}{ArrowRight}');
    model.setView({ show: 'kept' });
    await panel.drawn();
    expect(panel.focusedTile).toBe(model.list.items[0]);
  });

  it('draws the threshold between flagged and kept images', () => {
    const above = panel.element.model.list.above ?? 0;
    const rows = panel.all('[role=row]');
    const divider = rows.findIndex((row) => row.matches('.divider'));
    const before = rows.slice(0, divider).flatMap((row) => [...row.querySelectorAll('.tile')]);
    expect(above).toBe(6);
    expect(before.length).toBe(above);
    expect(before.every((tile) => tile.matches('.flagged'))).toBe(true);
    expect(rows[divider + 1]?.querySelector('.flagged')).toBeNull();
  });

  it('selects a range with Shift and single images with Ctrl', async () => {
    const { items } = panel.element.model.list;
    await panel.focusFirst();
    await panel.press('{Shift>}{ArrowRight}{ArrowRight}{/Shift}');
    expect([...panel.element.model.selection]).toEqual([...items.slice(0, 3)]);
    await userEvent.click(panel.tile(items[4] ?? -1), { modifiers: ['Control'] });
    expect(panel.element.model.selection.size).toBe(4);
    await userEvent.click(panel.tile(items[8] ?? -1), { modifiers: ['Shift'] });
    expect([...panel.element.model.selection]).toEqual([...items.slice(4, 9)]);
    await panel.press('{Escape}');
    expect(panel.element.model.selection.size).toBe(0);
  });

  it('changes the size of the pictures with Ctrl and the wheel', async () => {
    const before = panel.one('.tile').getBoundingClientRect().width;
    panel.scroller.dispatchEvent(
      new WheelEvent('wheel', { deltaY: -300, ctrlKey: true, bubbles: true, cancelable: true }),
    );
    panel.scroller.dispatchEvent(
      new WheelEvent('wheel', { deltaY: -300, ctrlKey: true, bubbles: true, cancelable: true }),
    );
    await panel.drawn();
    expect(panel.one('.tile').getBoundingClientRect().width).toBeGreaterThan(before * 1.1);
  });

  it('keeps the images in view when the size changes', async () => {
    panel.scroller.scrollTop = 900;
    await panel.drawn();
    const view = panel.scroller.getBoundingClientRect();
    const top = panel.tiles.find((tile) => tile.getBoundingClientRect().bottom > view.top + 10);
    panel.element.model.setView({ tileSize: 80 });
    await panel.drawn();
    const after = panel.tile(Number(top?.dataset['index'])).getBoundingClientRect();
    expect(after.bottom).toBeGreaterThan(view.top);
    expect(after.top).toBeLessThan(view.bottom);
  });

  it('names each image with its rank, score, flag and decision', async () => {
    const { items } = panel.element.model.list;
    const label = () => panel.tile(items[0] ?? -1).getAttribute('aria-label');
    expect(label()).toMatch(/\.(png|jpe?g), rank 1, score 8\.51, flagged$/);
    await panel.focusFirst();
    await panel.press('x');
    expect(label()).toMatch(/flagged, marked bad$/);
  });

  it('shows why an image cannot be read', async () => {
    await panel.click(panel.button('3 unreadable'));
    expect(panel.shownIndexes).toEqual([12, 40, 77]);
    expect(panel.tile(12).innerText).toContain('The file is empty.');
    expect(panel.text('unreadable-list')).toContain('3 could not be read');
  });
});

describe('thumbnails', () => {
  it('show a place holder while they are made, and the reason when they cannot be', async () => {
    const answers: ((made: { index: number; error: string }[]) => void)[] = [];
    let asked: readonly number[] = [];
    panel = await MountedPanel.mount({
      state: states.done,
      thumbnails: (indexes) => {
        asked = indexes;
        return new Promise((resolve) => answers.push(resolve));
      },
    });
    expect(panel.all('.skeleton').length).toBeGreaterThan(0);
    const first = asked[0] ?? -1;
    expect(first).toBe(panel.element.model.list.items[0]);
    answers[0]?.(asked.map((index) => ({ index, error: 'The disk is full.' })));
    await panel.until(() => panel.tile(first).innerText.includes('The disk is full.'));
  });

  it('are asked for again when an earlier request was dropped', async () => {
    let requests = 0;
    panel = await MountedPanel.mount({
      state: states.done,
      thumbnails: (indexes) => {
        requests += 1;
        if (requests === 1) return Promise.reject(new Error('dropped'));
        return Promise.resolve(indexes.map((index) => ({ index, uri: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' })));
      },
    });
    await panel.until(() => panel.all('.skeleton').length === 0);
    expect(requests).toBeGreaterThan(1);
  });
});
