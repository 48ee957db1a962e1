import { userEvent } from 'vitest/browser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problems } from './harness/looks';
import { MountedPanel, size } from './harness/mounted-panel';
import { states } from './harness/states';
import { applyTheme, themeNames } from './harness/themes';

let panel: MountedPanel;

const items = () => panel.element.model.list.items;
const menu = () => panel.one('review-grid').shadowRoot?.querySelector('popup-menu') ?? document.body;
const choices = () => panel.all('[role=menuitem]', menu().shadowRoot ?? document);
const labels = () => choices().map((choice) => choice.querySelector('span')?.innerText.trim());
const isOpen = () => choices()[0]?.checkVisibility() === true;
const choice = (label: string) => choices()[labels().indexOf(label)] ?? document.body;

async function openBy(keys: string): Promise<void> {
  await panel.press(keys);
  await panel.until(isOpen);
}

beforeEach(async () => {
  await size(1280);
  panel = await MountedPanel.mount({ state: states.done });
  await panel.focusFirst();
});
afterEach(() => {
  panel.unmount();
  applyTheme('dark');
});

describe('the menu of an image', () => {
  it('opens by right click on the image under the pointer, which gets the focus', async () => {
    const third = items()[2] ?? -1;
    await userEvent.click(panel.tile(third), { button: 'right' });
    await panel.until(isOpen);
    expect(panel.element.model.view.focused).toBe(third);
    expect(labels()).toEqual([
      'Compare',
      'Select those alike',
      'Bad',
      'Good',
      'Bad, and others like it',
      'Good, and others like it',
      'Open',
      'Open to the side',
      'Reveal',
      'Copy path',
    ]);
  });

  it.each(['{Shift>}{F10}{/Shift}', '{ContextMenu}'])(
    'opens by %s, and Escape leads back to the image',
    async (keys) => {
      await openBy(keys);
      expect(choices()[0]?.matches(':focus')).toBe(true);
      await panel.press('{ArrowDown}{ArrowDown}');
      expect(choices()[2]?.matches(':focus')).toBe(true);
      await panel.press('{Escape}');
      expect(isOpen()).toBe(false);
      expect(panel.focusedTile).toBe(items()[0]);
      expect(panel.element.model.view.compareOpen).toBe(false);
    },
  );

  it('does to its image what it says', async () => {
    const [first = -1] = items();
    await openBy('{ContextMenu}');
    await panel.click(choice('Bad'));
    expect(panel.element.model.decisionOf(first)).toBe('bad');
    expect(panel.focusedTile).toBe(first);
    await openBy('{ContextMenu}');
    await panel.click(choice('Open to the side'));
    await openBy('{ContextMenu}');
    await panel.click(choice('Copy path'));
    await openBy('{ContextMenu}');
    await panel.press('r{Enter}');
    expect(panel.editor.callsOf('openImage')).toEqual([{ index: first, beside: true }]);
    expect(panel.editor.callsOf('copyPaths')).toEqual([[first]]);
    expect(panel.editor.callsOf('reveal')).toEqual([first]);
  });

  it('is about all selected images when it is opened on one of them', async () => {
    await panel.press('{Shift>}{ArrowRight}{ArrowRight}{/Shift}');
    const chosen = [...items().slice(0, 3)];
    await userEvent.click(panel.tile(chosen[1] ?? -1), { button: 'right' });
    await panel.until(isOpen);
    await panel.click(choice('Copy 3 paths'));
    expect(panel.editor.callsOf('copyPaths')).toEqual([chosen]);
    expect(panel.element.model.selection.size).toBe(3);
  });

  it('selects the flagged images that are odd in the same way', async () => {
    const [first = -1] = items();
    await openBy('{ContextMenu}');
    await panel.click(choice('Select those alike'));
    await panel.until(() => panel.element.model.selection.size > 0);
    const { selection, flaggedIndexes } = panel.element.model;
    expect([...selection].sort()).toEqual(flaggedIndexes.filter((index) => index % 3 === first % 3).sort());
  });

  it.each(themeNames)('is accessible and stays on the page in a %s theme', async (theme) => {
    applyTheme(theme);
    await size(320, 420);
    const last = panel.tiles.at(-1) ?? document.body;
    last.dispatchEvent(
      new MouseEvent('contextmenu', { bubbles: true, composed: true, cancelable: true, clientX: 310, clientY: 400 }),
    );
    await panel.until(isOpen);
    const box = choices()[0]?.closest('[role=menu]')?.getBoundingClientRect();
    expect(box?.right).toBeLessThanOrEqual(320);
    expect(box?.bottom).toBeLessThanOrEqual(420);
    expect(await problems(panel.element)).toEqual([]);
  });
});
