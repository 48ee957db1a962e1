import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PanelModel } from '../../webview/model/panel-model';
import { FolderIndex, topFolder } from '../../webview/model/folder-index';
import { ReviewToolbar } from '../../webview/toolbar/review-toolbar';
import { MountedPanel, size } from './harness/mounted-panel';
import { states } from './harness/states';
import { syntheticRun } from './harness/synthetic-run';

describe('folders', () => {
  const index = new FolderIndex(['a.png', 'x/b.png', 'x/in/c.png', 'x/in/d.png', 'y/e.png']);

  it('are those that hold or enclose some images, counted with what is inside of them', () => {
    const counts = index.counts(Uint32Array.from(index.names, (name) => (name === topFolder ? 1 : 2)));
    expect(counts).toEqual([
      { folder: '.', images: 1 },
      { folder: 'x', images: 4 },
      { folder: 'x/in', images: 2 },
      { folder: 'y', images: 2 },
    ]);
  });

  it('hold what lies in them at any depth, but no folder that only begins like them', () => {
    const other = new FolderIndex(['x/a.png', 'xy/b.png', 'x/z/c.png', 'd.png']);
    expect([0, 1, 2, 3].filter(other.test('x'))).toEqual([0, 2]);
    expect([0, 1, 2, 3].filter(other.test(topFolder))).toEqual([3]);
  });

  it('are no choice where all images lie in one', () => {
    expect(new FolderIndex(['all/a.png', 'all/b.png']).counts(Uint32Array.of(2))).toEqual([]);
  });
});

describe('filters of a hundred thousand images', () => {
  it('count for each choice what choosing it would show', () => {
    const model = new PanelModel();
    const snapshot = syntheticRun({ images: 3000, labelled: true, unreadable: { 5: 'empty' }, leftOut: [1, 2] });
    model.receive({ sourceName: 'apples', snapshot });
    model.changeReview((book) => book.decide([3, 4, 11, 48, 100], (image) => (image % 2 === 0 ? 'good' : 'bad'), 0));
    model.setView({ search: 'apple', folder: 'second', decision: 'undecided' });
    const counts = model.filters.counts(snapshot);
    const lengthWith = (change: Parameters<typeof model.setView>[0]) => {
      const before = model.view;
      model.setView(change);
      const { length } = model.list.items;
      model.setView(before);
      return length;
    };
    expect(counts.shown).toBe(model.list.items.length);
    for (const show of ['flagged', 'kept', 'left-out', 'unreadable', 'disagrees', 'missed', 'false-alarm'] as const) {
      expect(counts.show[show], show).toBe(lengthWith({ show }));
    }
    for (const decision of ['any', 'decided', 'undecided', 'bad', 'good'] as const) {
      expect(counts.decision[decision], decision).toBe(lengthWith({ decision }));
    }
    for (const label of ['any', 'bad', 'good', 'none'] as const)
      expect(counts.label[label]).toBe(lengthWith({ label }));
    expect(counts.folders.length).toBeGreaterThan(1);
    for (const { folder, images } of counts.folders) expect(images, folder).toBe(lengthWith({ folder }));
  });
});

describe('the filters of the panel', () => {
  let panel: MountedPanel;
  const model = () => panel.element.model;

  beforeEach(async () => {
    await size(1280);
    panel = await MountedPanel.mount({ state: states.labelled });
  });
  afterEach(() => panel.unmount());

  async function choose(part: string, value: string): Promise<void> {
    const list = panel.one(`.pair.${part} choice-list`);
    const select = list.shadowRoot?.querySelector('vscode-single-select');
    if (!select) throw new Error('The list has not been drawn.');
    select.value = value;
    select.dispatchEvent(new Event('change'));
    await panel.drawn();
  }

  it('narrow the images together, say how many are left, and are cleared at once', async () => {
    await panel.click(panel.one('.filters'));
    await choose('folder', 'second');
    await choose('label', 'good');
    const { paths, labels } = states.labelled.snapshot;
    const fitting = paths.filter((path, index) => path.startsWith('second/') && labels?.[index] === 0).length;
    expect(model().list.items.length).toBe(fitting);
    expect(panel.text('.matches .number')).toBe(`${fitting} of 165 shown`);
    expect(panel.one('.filters').getAttribute('aria-label')).toMatch(/; 2 set$/);
    await panel.click(panel.button('Clear'));
    expect(model().list.items.length).toBe(165);
    expect(panel.all('.matches').length).toBe(0);
    expect(panel.focusedTile).toBe(model().view.focused);
  });

  it.each([1280, 1040, 960])('push no tool into another row of a toolbar %i pixels wide', async (width) => {
    const { snapshot } = states.labelled;
    const record = { ...snapshot.record, errorScale: 0.03 };
    await panel.editor.panel.update({ ...states.labelled, snapshot: { ...snapshot, record } });
    await size(width);
    await panel.drawn();
    const height = () => panel.one('review-toolbar').offsetHeight;
    const before = height();
    model().setView({ search: 'apple', label: 'good' });
    await panel.drawn();
    expect(panel.all('.areas')).toHaveLength(1);
    expect(panel.all('.clear')).toHaveLength(1);
    expect(height()).toBe(before);
  });

  it('say a moment after a change how many images each choice would show', async () => {
    const texts = () =>
      panel
        .one('.show')
        .shadowRoot?.querySelector('vscode-single-select')
        ?.options.map((o) => o.label);
    expect(texts()).toContain('Flagged · 7');
    model().changeReview((book) => book.setThreshold({ method: 'value', parameter: 6 }));
    await panel.until(() => texts()?.includes(`Flagged · ${model().flagged}`) === true);
  });

  it('say so while the panel is drawn again and again', async () => {
    const list = () => panel.one('.show').shadowRoot?.querySelector('vscode-single-select')?.options ?? [];
    model().changeReview((book) => book.setThreshold({ method: 'value', parameter: 6 }));
    await panel.until(() => {
      panel.all('review-toolbar').forEach((toolbar) => toolbar instanceof ReviewToolbar && toolbar.requestUpdate());
      return list().some(({ label }) => label === `Flagged · ${model().flagged}`);
    });
    expect(model().flagged).not.toBe(7);
  });

  it('know a folder whose name is a star from all folders', async () => {
    panel.unmount();
    const { snapshot } = states.labelled;
    const paths = snapshot.paths.map((path, index) => (index < 5 ? `*/${path}` : path));
    panel = await MountedPanel.mount({ state: { sourceName: 'stars', snapshot: { ...snapshot, paths } } });
    await panel.click(panel.one('.filters'));
    await choose('folder', '*');
    expect(model().list.items.length).toBe(5);
    await choose('folder', '/');
    expect(model().list.items.length).toBe(165);
  });

  it('that leave nothing hand the keyboard to the way back, and that to the images', async () => {
    await panel.focusFirst();
    model().setView({ search: 'no such name' });
    await panel.until(() => panel.all('empty-state vscode-button, vscode-button').some((one) => one.matches(':focus')));
    await panel.press('{Enter}');
    await panel.until(() => panel.focusedTile !== undefined);
    expect(model().list.items.length).toBe(165);
  });

  it('that lose their last image by a decision hand the keyboard on, and undo brings it back', async () => {
    model().setView({ decision: 'bad', filtersOpen: true });
    await panel.until(() => panel.all('empty-state').length === 1);
    model().clearFilters();
    await panel.drawn();
    await panel.focusFirst();
    await panel.press('x');
    const marked = panel.focusedTile;
    model().setView({ decision: 'bad' });
    await panel.drawn();
    expect(panel.focusedTile).toBe(marked);
    await panel.press('x');
    await panel.until(() => panel.all('vscode-button').some((button) => button.matches(':focus')));
    await panel.press('u');
    await panel.until(() => panel.focusedTile === marked);
  });
});
