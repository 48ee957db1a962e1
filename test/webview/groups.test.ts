import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageGroup } from '../../src/shared/contracts';
import { UserError } from '../../src/shared/errors';
import type { EditorAnswers } from './harness/editor-end';
import { MountedPanel, size } from './harness/mounted-panel';
import { syntheticRun } from './harness/synthetic-run';

let panel: MountedPanel;
const snapshot = syntheticRun({ images: 300 });

async function mount(answers: Partial<EditorAnswers> = {}): Promise<void> {
  panel = await MountedPanel.mount({ state: { sourceName: 'apples', snapshot }, ...answers });
  await panel.focusFirst();
}

beforeEach(async () => size(1280));
afterEach(() => panel.unmount());

const model = () => panel.element.model;
const items = () => [...model().list.items];
const chips = () => panel.all('.group');

async function openGroups(): Promise<void> {
  await panel.click(panel.one('.groups input'));
  await panel.until(() => model().groupView.groups !== undefined);
  await panel.drawn();
}

describe('groups of alike images', () => {
  it('stand together in the grid, with how many there are', async () => {
    await mount();
    const flagged = model().flaggedIndexes;
    await openGroups();
    expect(panel.editor.callsOf('groups')).toEqual([flagged]);
    expect(items()).toEqual([0, 1, 2].flatMap((rest) => flagged.filter((index) => index % 3 === rest)));
    expect(chips()).toHaveLength(4);
    expect(chips()[0]?.innerText).toBe(`All ${flagged.length}`);
    expect(panel.all('.divider')).toHaveLength(0);
    await panel.click(panel.one('.groups input'));
    expect(items()).toHaveLength(300);
  });

  it('are shown alone, decided at once and undone in one step', async () => {
    await mount();
    await openGroups();
    await panel.click(chips()[2] ?? document.body);
    const group = items();
    expect(chips()[2]?.getAttribute('aria-pressed')).toBe('true');
    expect(group.every((index) => index % 3 === 1)).toBe(true);
    await panel.click(panel.button('All of them good'));
    expect(group.map((index) => model().decisionOf(index))).toEqual(group.map(() => 'good'));
    expect(items()).toEqual(group);
    expect(panel.text('group-strip')).toContain(`${group.length} of ${group.length} decided`);
    await panel.press('u');
    expect(model().review.decisions).toEqual({});
  });

  it('say why there are none', async () => {
    await mount({ groups: () => Promise.reject(new UserError('run-invalid', 'This run is older.')) });
    await panel.click(panel.one('.groups input'));
    await panel.until(() => model().problem !== undefined);
    await panel.drawn();
    expect(panel.one('.notice.warning').innerText).toContain('This run is older.');
    expect(model().groupView.isOpen).toBe(false);
    expect(items()).toHaveLength(300);
  });

  it('are those asked for last, whichever answer comes last', async () => {
    const answers: ((groups: ImageGroup[]) => void)[] = [];
    await mount({ groups: () => new Promise((resolve) => answers.push(resolve)) });
    const [first = 0, second = 0] = model().flaggedIndexes;
    await panel.click(panel.one('.groups input'));
    await panel.click(panel.one('.groups input'));
    await panel.click(panel.one('.groups input'));
    await panel.until(() => answers.length === 2);
    answers[1]?.([{ images: [second], alike: true }]);
    await panel.until(() => model().groupView.groups !== undefined);
    answers[0]?.([{ images: [first], alike: true }]);
    await panel.drawn();
    expect(items()).toEqual([second]);
  });

  it('say nothing of an answer that nobody waits for any more', async () => {
    let refuse: ((error: Error) => void) | undefined;
    await mount({ groups: () => new Promise((_, reject) => (refuse = reject)) });
    await panel.click(panel.one('.groups input'));
    await panel.until(() => refuse !== undefined);
    await panel.click(panel.one('.groups input'));
    refuse?.(new UserError('run-invalid', 'This run is older.'));
    await panel.drawn();
    expect(model().problem).toBeUndefined();
  });

  it('say that nothing is flagged, and end with another run', async () => {
    await mount({ groups: () => Promise.resolve([]) });
    await openGroups();
    expect(panel.text('group-strip')).toContain('nothing to group');
    await panel.editor.panel.update({
      sourceName: 'pears',
      snapshot: syntheticRun({ images: 40, runFolder: '/runs/pears-1' }),
    });
    await panel.until(() => model().sourceName === 'pears');
    expect(model().groupView.isOpen).toBe(false);
    expect(items()).toHaveLength(40);
  });
});

describe('the most alike usual images', () => {
  it('are beside the compared one, and a click goes there', async () => {
    await mount();
    await panel.press('{Enter}');
    await panel.until(() => panel.all('nearest-images').length > 0);
    await panel.drawn();
    const nearest = panel.one('nearest-images');
    await panel.until(() => (nearest.shadowRoot?.querySelectorAll('img').length ?? 0) === 5);
    const [first] = panel.all('button', nearest.shadowRoot ?? document);
    const goal = (model().view.focused + 7) % 40;
    expect(first?.getAttribute('aria-label')).toBe(`Go to ${snapshot.paths[goal] ?? ''}`);
    await panel.click(first ?? document.body);
    expect(model().view.focused).toBe(goal);
  });

  it('are not waited for by the pictures, and move nothing when they come', async () => {
    let found: (nearest: readonly number[]) => void = () => undefined;
    const looking = new Promise<readonly number[]>((resolve) => (found = resolve));
    panel = await MountedPanel.mount({ state: { sourceName: 'apples', snapshot }, nearest: () => looking });
    await panel.focusFirst();
    await panel.press('{Enter}');
    await panel.until(() => panel.all('compare-pictures').length > 0);
    await panel.drawn();
    const section = panel.one('nearest-images');
    const height = section.getBoundingClientRect().height;
    expect(panel.all('button', section.shadowRoot ?? document)).toEqual([]);
    found([3, 5]);
    await panel.until(() => panel.all('button', section.shadowRoot ?? document).length === 2);
    expect(section.getBoundingClientRect().height).toBe(height);
  });

  it('can be gone to from a group that does not hold them', async () => {
    await mount();
    await openGroups();
    await panel.press('{Enter}');
    await panel.until(() => panel.all('nearest-images').length > 0);
    await panel.drawn();
    const goal = [1, 2, 3, 4, 5]
      .map((step) => (model().view.focused + 7 * step) % 40)
      .find((index) => !items().includes(index));
    const path = snapshot.paths[goal ?? -1] ?? '';
    await panel.click(panel.button(`Go to ${path}`));
    expect(model().view.focused).toBe(goal);
    expect(items()).toHaveLength(300);
  });
});
