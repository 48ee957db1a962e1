/** Where the keyboard goes on after what it stood on went away: never at the top of the page. */
import { afterEach, describe, expect, it } from 'vitest';
import { MountedPanel, size } from './harness/mounted-panel';
import { states } from './harness/states';

const { done, labelled } = states;
const scored = { ...done.snapshot, record: { ...done.snapshot.record, errorScale: 0.03 } };
const offer = {
  area: { kind: 'ignore', x0: 0.875, y0: 0, x1: 1, y1: 1 },
  images: 312,
  flagged: 400,
  flaggedAfter: 95,
} as const;
let panel: MountedPanel;

afterEach(() => {
  panel.unmount();
});

async function mount(answers: Parameters<typeof MountedPanel.mount>[0] = { state: labelled }): Promise<void> {
  await size(1280);
  panel = await MountedPanel.mount(answers);
  await panel.focusFirst();
}

/** A click by the keyboard. */
async function pressOn(element: HTMLElement): Promise<void> {
  element.focus();
  await panel.press('{Enter}');
}

async function show(view: Parameters<typeof panel.element.model.setView>[0]): Promise<void> {
  panel.element.model.setView(view);
  await panel.drawn();
}

const selectTwo = '{Shift>}{ArrowRight}{/Shift}';

describe('the keyboard goes on at an image', () => {
  it.each<[string, () => Promise<void>]>([
    ['the list of keys', () => panel.press('?{Escape}')],
    [
      'the list of keys is closed by its button',
      async () => {
        await panel.press('?');
        await pressOn(panel.button('Close'));
      },
    ],
    ['a comparison', () => panel.press('{Enter}{Escape}')],
    [
      'a comparison is closed by its button',
      async () => {
        await panel.press('{Enter}');
        await pressOn(panel.button('Close'));
      },
    ],
    ['the menu of an image', () => panel.press('{Shift>}{F10}{/Shift}{Escape}')],
    [
      'filters are cleared',
      async () => {
        await show({ show: 'flagged' });
        await pressOn(panel.button('Clear'));
      },
    ],
    [
      'a selection is given up',
      async () => {
        await panel.press(selectTwo);
        await pressOn(panel.button('Deselect'));
      },
    ],
    ['a decision is taken back', () => panel.press('x{Control>}z{/Control}')],
    [
      'a decision is taken back whose image the filter shows again',
      async () => {
        await show({ show: 'flagged' });
        await panel.focusFirst();
        await panel.press('g{Control>}z{/Control}');
      },
    ],
    [
      'the ranking of an epoch is left',
      async () => {
        panel.element.model.epochs.open(4);
        await panel.until(() => panel.all('.stays').length === 1);
        await pressOn(panel.button('Back to the review'));
      },
    ],
    [
      'groups are closed',
      async () => {
        await panel.click(panel.one('.groups input'));
        await panel.until(() => panel.all('.group').length > 1);
        panel.all('.group')[1]?.focus();
        panel.element.model.groupView.close();
      },
    ],
  ])('after %s', async (_, act) => {
    await mount();
    await act();
    await panel.until(() => panel.focusedTile !== undefined);
  });

  it('after an offer is declined', async () => {
    await mount({ state: { ...done, snapshot: scored }, areaOffer: () => Promise.resolve(offer) });
    await panel.until(() => panel.all('.notice vscode-button').length === 3);
    await pressOn(panel.button('Not now'));
    await panel.until(() => panel.focusedTile !== undefined);
  });
});

it('keys mean the image that a screen reader put the focus on', async () => {
  await mount();
  await panel.focusFirst();
  const { model } = panel.element;
  const [first = -1, , third = -1] = model.list.items;
  panel.tile(third).focus();
  await panel.press('x');
  expect([model.decisionOf(first), model.decisionOf(third)]).toEqual([undefined, 'bad']);
  expect(panel.focusedTile).toBe(third);
  await panel.press('{ArrowRight}');
  expect(panel.focusedTile).toBe(model.list.items[3]);
});

describe('the keyboard stays', () => {
  it('on the button that marked a selection, for the next one', async () => {
    await mount();
    await panel.press(selectTwo);
    const bad = panel.button('Bad');
    await pressOn(bad);
    expect(bad.matches(':focus')).toBe(true);
  });

  it('in the place of the images when the last of a filter is decided, and leads back to them', async () => {
    await mount();
    await show({ decision: 'undecided', show: 'flagged' });
    await panel.focusFirst();
    await panel.press('x'.repeat(panel.element.model.list.items.length));
    await panel.until(() => panel.button('Show all images').matches(':focus'));
    await panel.press('{Enter}');
    await panel.until(() => panel.focusedTile !== undefined);
  });

  it('on the button of a menu that was opened from it', async () => {
    await mount();
    const button = panel.all('vscode-button', panel.one('menu-button').shadowRoot ?? document)[0] ?? document.body;
    await pressOn(button);
    await panel.press('{Escape}');
    expect(button.matches(':focus')).toBe(true);
  });
});
