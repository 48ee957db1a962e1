import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { Review } from '../../src/shared/run';
import { judge } from '../../src/shared/judgement';
import { MountedPanel, size } from './harness/mounted-panel';
import { states } from './harness/states';
import { syntheticRun } from './harness/synthetic-run';

let panel: MountedPanel;

beforeEach(async () => {
  await size(1280);
  panel = await MountedPanel.mount({ state: states.done });
  await panel.focusFirst();
});
afterEach(() => panel.unmount());

const items = () => panel.element.model.list.items;
const flagged = () => Number(/\d+/.exec(panel.text('span.flagged'))?.[0]);
const threshold = () => Number(panel.one('[role=slider]').getAttribute('aria-valuenow'));
const lastSaved = () => panel.editor.callsOf('saveReview').at(-1) as Review;

describe('decisions', () => {
  it.each([' ', 'f'])('flip the flag by the key “%s”, and back', async (key) => {
    const before = flagged();
    await panel.press(key);
    expect(flagged()).toBe(before - 1);
    expect(panel.element.model.decisionOf(items()[0] ?? -1)).toBe('good');
    await panel.press(key);
    expect(flagged()).toBe(before);
    expect(panel.element.model.decisionOf(items()[0] ?? -1)).toBeUndefined();
  });

  it('flip the flag by a click on it', async () => {
    const before = flagged();
    const index = items()[20] ?? -1;
    await panel.click(panel.tile(index).querySelector('button') ?? panel.tile(index));
    expect(flagged()).toBe(before + 1);
    expect(panel.tile(index).matches('.flagged.bad')).toBe(true);
  });

  it('mark bad and good, and count what was reviewed', async () => {
    await panel.press('x{ArrowRight}g');
    expect(panel.element.model.decisionOf(items()[0] ?? -1)).toBe('bad');
    expect(panel.element.model.decisionOf(items()[1] ?? -1)).toBe('good');
    expect(panel.text('panel-header')).toContain('2 of 9 reviewed');
    await panel.press('g');
    expect(panel.element.model.decisionOf(items()[1] ?? -1)).toBeUndefined();
  });

  it('are made for a whole selection at once, and undone at once', async () => {
    await panel.press('{Shift>}{ArrowRight}{ArrowRight}{/Shift}');
    expect(panel.text('.selection')).toContain('3 selected');
    await panel.click(panel.button('Good'));
    expect(flagged()).toBe(6);
    await panel.press('u');
    expect(flagged()).toBe(9);
    expect(panel.element.model.review.decisions).toEqual({});
  });

  it('are undone step by step, back to the image they were made on', async () => {
    await panel.press('x{ArrowRight}{ArrowRight}g');
    await panel.press('{End}');
    await panel.press('u');
    expect(panel.element.model.decisionOf(items()[2] ?? -1)).toBeUndefined();
    expect(panel.element.model.view.focused).toBe(items()[2]);
    expect(panel.element.model.decisionOf(items()[0] ?? -1)).toBe('bad');
    await panel.press('uu');
    expect(panel.element.model.review.decisions).toEqual({});
  });

  it('are saved by content hash', async () => {
    await panel.press('x');
    await panel.until(() => panel.editor.callsOf('saveReview').length > 0);
    expect(lastSaved().decisions).toEqual({ [`hash-${items()[0]}`]: 'bad' });
  });

  it('are not lost when the panel goes away at once', async () => {
    await panel.press('g');
    window.dispatchEvent(new Event('pagehide'));
    await panel.until(() => panel.editor.callsOf('saveReview').length > 0);
    expect(Object.values(lastSaved().decisions)).toEqual(['good']);
  });

  it('let an image leave the list that it no longer belongs to, and go on with the next', async () => {
    panel.element.model.setView({ show: 'flagged' });
    await panel.drawn();
    await panel.focusFirst();
    const [first, second] = items();
    await panel.press('g');
    expect(items()[0]).toBe(second);
    expect(panel.focusedTile).toBe(second);
    await panel.press('u');
    expect(items()[0]).toBe(first);
  });
});

describe('the threshold', () => {
  it('follows a drag of the line, with the counts', async () => {
    const plot = panel.one('.plot');
    const { width } = plot.getBoundingClientRect();
    const seen: number[] = [];
    for (const share of [0.3, 0.7, 0.95]) {
      const targetPosition = { x: share * width, y: 20 };
      await userEvent.dragAndDrop(panel.one('[role=slider]'), plot, { targetPosition });
      await panel.drawn();
      expect(panel.element.model.axis.shareOf(threshold())).toBeCloseTo(share, 1);
      expect(panel.text('threshold-controls')).toContain(`${flagged()} flagged`);
      seen.push(flagged());
    }
    expect(seen[0]).toBeGreaterThan(seen[1] ?? Infinity);
    expect(seen[1]).toBeGreaterThan(seen[2] ?? Infinity);
    expect(panel.element.model.book.history.done.length).toBe(3);
  });

  it('gives the count that the exports will have', async () => {
    await userEvent.click(panel.one('.plot'), { position: { x: 200, y: 20 } });
    await panel.press('x');
    await panel.until(() => panel.editor.callsOf('saveReview').length > 0 && lastSaved().threshold.method === 'value');
    const judgement = judge({ ...states.done.snapshot, review: panel.element.model.review });
    expect(flagged()).toBe(judgement?.flagged);
    expect(threshold()).toBe(judgement?.threshold.value);
  });

  it('steps by arrow keys on the line and by brackets anywhere', async () => {
    const start = threshold();
    await panel.press(']');
    expect(threshold()).toBeCloseTo(Math.round((start + 0.1) * 10) / 10, 5);
    await panel.press('[[[['); // two presses: a bracket is written twice
    panel.one('[role=slider]').focus();
    await panel.press('{ArrowRight}');
    expect(threshold()).toBeCloseTo(Math.round(start * 10) / 10, 5);
    await panel.press('{PageUp}');
    expect(threshold()).toBeCloseTo(Math.round(start * 10) / 10 + 1, 5);
    expect(panel.one('[role=slider]').getAttribute('aria-valuetext')).toContain('flagged');
  });

  it('undoes a drag as one step', async () => {
    const start = threshold();
    const { model } = panel.element;
    for (const value of [4, 5, 6]) {
      model.changeReview((book) => book.setThreshold({ method: 'value', parameter: value }, 'drag 1'));
    }
    await panel.press('u');
    expect(threshold()).toBe(start);
    expect(model.review.threshold.method).toBe('auto');
  });

  it('can be typed, and a word is refused', async () => {
    const field = panel.one('number-field.value');
    const input = field.shadowRoot?.querySelector('vscode-textfield')?.wrappedElement;
    if (!input) throw new Error('The field has no input.');
    await userEvent.fill(input, '7,2');
    await userEvent.keyboard('{Enter}');
    await panel.drawn();
    expect(threshold()).toBe(7.2);
    await userEvent.fill(input, 'many');
    await userEvent.keyboard('{Enter}');
    await panel.drawn();
    expect(input.value).toBe('7.20');
    expect(threshold()).toBe(7.2);
  });

  it('says for each method what it would flag, and takes it by a click', async () => {
    const buttons = panel.all('.methods button');
    const otsu = buttons.find((button) => button.innerText.startsWith('Otsu'));
    const expected = judge({
      ...states.done.snapshot,
      review: { ...states.done.snapshot.review, threshold: { method: 'otsu' } },
    });
    expect(buttons.map((button) => button.innerText.replace(/\s*\d+$/, ''))).toContain('Highest known anomaly');
    expect(Number(/\d+$/.exec(otsu?.innerText ?? '')?.[0])).toBe(expected?.flagged);
    await panel.click(otsu ?? panel.one('.methods button'));
    expect(panel.element.model.review.threshold).toEqual({ method: 'otsu' });
    expect(flagged()).toBe(expected?.flagged);
    expect(otsu?.title).toContain('two groups');
  });

  it('takes one stop of Tab for all methods, among which arrow keys go, each coming into sight', async () => {
    await size(1000, 700);
    await panel.drawn();
    const buttons = panel.all('.methods button');
    expect(buttons.filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
    buttons.find(({ tabIndex }) => tabIndex === 0)?.focus();
    const strip = panel.one('.methods').getBoundingClientRect();
    for (const [place] of buttons.entries()) {
      const focused = panel.all('.methods button').find((button) => button.matches(':focus'));
      expect(focused).toBe(buttons[place]);
      expect(focused?.getBoundingClientRect().top).toBeGreaterThanOrEqual(strip.top - 1);
      expect(focused?.getBoundingClientRect().bottom).toBeLessThanOrEqual(strip.bottom + 1);
      await panel.press('{ArrowRight}');
    }
    expect(panel.all('.methods button').find((button) => button.matches(':focus'))).toBe(buttons[0]);
  });

  it('leaves out methods that need what the run does not have', async () => {
    panel.unmount();
    panel = await MountedPanel.mount({ state: { sourceName: 'x', snapshot: syntheticRun({ images: 50 }) } });
    const names = panel.all('.methods button').map((button) => button.innerText);
    expect(names.some((name) => name.includes('known'))).toBe(false);
    expect(names.some((name) => name.includes('F1'))).toBe(false);
  });

  it('has a field for the parameter of its method', async () => {
    const percentile = panel.all('.methods button').find((button) => button.innerText.startsWith('Percentile'));
    await panel.click(percentile ?? panel.one('.methods button'));
    const input = panel.one('number-field.parameter').shadowRoot?.querySelector('vscode-textfield')?.wrappedElement;
    if (!input) throw new Error('There is no field for the percentile.');
    await userEvent.fill(input, '50');
    await userEvent.keyboard('{Enter}');
    await panel.drawn();
    expect(panel.element.model.review.threshold).toEqual({ method: 'percentile', parameter: 50 });
    expect(flagged()).toBeGreaterThan(80);
    await userEvent.keyboard('{ArrowUp}');
    await panel.drawn();
    expect(panel.element.model.review.threshold.parameter).toBe(50.5);
    await userEvent.fill(input, '120');
    await userEvent.keyboard('{Enter}');
    await panel.drawn();
    expect(panel.element.model.review.threshold.parameter).toBe(50.5);
  });

  it('moves to another score with the histogram and the order', async () => {
    const before = items()[0];
    panel.element.model.changeReview((book) => book.setScore('pca'));
    await panel.drawn();
    expect(panel.element.model.scoreName).toBe('pca');
    const scores = states.done.snapshot.scores['pca'] ?? [];
    const top = Math.max(...Array.from(scores).filter((score) => !Number.isNaN(score)));
    expect(scores[items()[0] ?? -1]).toBe(top);
    await panel.press('u');
    expect(items()[0]).toBe(before);
  });
});

describe('the toolbar', () => {
  it('sorts by another score, by name and in the original order', async () => {
    const { model } = panel.element;
    for (const sort of ['score:local', 'name', 'order']) {
      model.setView({ sort });
      await panel.drawn();
      expect(panel.shownIndexes.slice(0, 5)).toEqual([...model.list.items.slice(0, 5)]);
      expect(panel.all('.divider').length).toBe(0);
    }
    expect(panel.shownIndexes.slice(0, 3)).toEqual([0, 1, 2]);
  });

  it('filters by flag, decision, reading and training', async () => {
    await panel.press('x{ArrowRight}g');
    const { model } = panel.element;
    const counts = (['all', 'flagged', 'kept', 'bad', 'good', 'unreadable', 'left-out'] as const).map((show) => {
      model.setView({ show });
      return model.list.items.length;
    });
    expect(counts).toEqual([165, 8, 157, 1, 1, 3, 3]);
  });

  it('finds all words of the search anywhere in the path', async () => {
    await panel.press('/');
    await userEvent.keyboard('GARDEN 22');
    await panel.drawn();
    expect([...items()].map((index) => states.done.snapshot.paths[index])).toEqual([
      'orchard/a long walk in the garden, late summer/apple with a very long name 22.jpeg',
    ]);
    await userEvent.keyboard('xyz');
    await panel.drawn();
    expect(panel.text('empty-state')).toContain('No image matches');
    await panel.click(panel.button('Show all images'));
    expect(items().length).toBe(165);
  });

  it('chooses the filter in its list', async () => {
    await userEvent.click(panel.one('.show').shadowRoot?.querySelector('vscode-single-select') ?? panel.one('.show'));
    await panel.drawn();
    const option = panel
      .all('li.option')
      .find((entry) => entry.checkVisibility() && /^Flagged · \d+$/.test(entry.innerText));
    await panel.click(option ?? panel.one('.show'));
    expect(panel.element.model.view.show).toBe('flagged');
    expect(items().length).toBe(9);
  });

  it('leaves keys alone that are typed into a field', async () => {
    await panel.press('/');
    await userEvent.keyboard('xgf');
    await panel.drawn();
    expect(panel.element.model.review.decisions).toEqual({});
    expect(panel.element.model.view.search).toBe('xgf');
  });
});
