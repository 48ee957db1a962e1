/** The panel and the editor: what is shown of a run, what is asked of the editor, what survives. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError, type ErrorCode } from '../../src/shared/errors';
import { noHistory } from '../../src/shared/review-history';
import type { Review } from '../../src/shared/run';
import { MountedPanel, size } from './harness/mounted-panel';
import { epochs, states } from './harness/states';
import { syntheticRun } from './harness/synthetic-run';

let panel: MountedPanel;

beforeEach(() => size(1280));
afterEach(() => panel.unmount());

const running = syntheticRun({ images: 165, record: { status: 'running', phase: 'training', epochs: [] } });
const better = syntheticRun({ images: 165, variant: 1 });
const message = () => panel.text('.notice');

describe('a run that goes on', () => {
  it('says that it looks for images until there are some', async () => {
    panel = await MountedPanel.mount({ state: states.connecting });
    expect(panel.text('empty-state')).toContain('Looking for images…');
    await panel.editor.panel.update(states.done);
    await panel.until(() => panel.tiles.length > 0);
    expect(panel.all('empty-state').length).toBe(0);
  });

  it('says what went wrong when there is no run', async () => {
    panel = await MountedPanel.mount({ state: states.failed });
    expect(panel.text('empty-state')).toContain('There is no image in /pictures/apples');
  });

  it('shows images before there is any score', async () => {
    panel = await MountedPanel.mount({ state: states.unranked });
    expect(panel.shownIndexes.slice(0, 3)).toEqual([0, 1, 2]);
    expect(panel.all('score-histogram').length).toBe(0);
    expect(panel.button('Copy flagged').matches('[disabled]')).toBe(true);
  });

  it('tells its progress, and stops on request', async () => {
    panel = await MountedPanel.mount({ state: states.training });
    await panel.editor.panel.progress({
      runFolder: states.training.snapshot.runFolder,
      phase: 'training',
      done: 2310,
      total: 6600,
      epoch: 14,
      plannedEpochs: 40,
      imagesPerSecond: 2380.4,
      secondsLeft: 42,
      device: 'cpu',
    });
    await panel.until(() => panel.text('run-footer').includes('epoch 14 of 40'));
    for (const fact of ['Training', '2,380 images/s', 'CPU', '0:42 left']) {
      expect(panel.text('run-footer')).toContain(fact);
    }
    await panel.click(panel.button('Stop here and use'));
    await panel.click(panel.button('Cancel'));
    expect(panel.editor.callsOf('stop')).toEqual(['use', 'save']);
  });

  it('draws the loss as it grows', async () => {
    panel = await MountedPanel.mount({ state: { sourceName: 'x', snapshot: running } });
    expect(panel.all('loss-chart').length).toBe(0);
    for (const report of epochs.slice(0, 3)) await panel.editor.panel.epoch(report);
    await panel.until(() => panel.all('loss-chart').length === 1);
    const points = () => panel.one('figure path.train').getAttribute('d')?.split('L').length;
    expect(points()).toBe(3);
    await panel.editor.panel.epoch({
      ...epochs[3],
      epoch: 4,
      trainLoss: 0.01,
      learningRate: 1,
      seconds: 1,
      imagesPerSecond: 1,
    });
    await panel.until(() => points() === 4);
    await panel.click(panel.button('Hide the loss'));
    expect(panel.all('loss-chart').length).toBe(0);
  });

  it('is resumed from where it stopped', async () => {
    panel = await MountedPanel.mount({ state: states.stopped });
    expect(panel.text('run-footer')).toContain('can be resumed');
    await panel.click(panel.button('Resume'));
    expect(panel.editor.callsOf('resume').length).toBe(1);
  });

  it('is resumed after training diverged, and not where nothing says that it can be', async () => {
    const failed = (code: ErrorCode) => ({
      sourceName: 'apples',
      snapshot: syntheticRun({
        images: 20,
        record: { status: 'failed', phase: 'training', error: { code, message: 'The loss became NaN.' } },
      }),
    });
    panel = await MountedPanel.mount({ state: failed('training-diverged') });
    await panel.click(panel.button('Resume'));
    expect(panel.editor.callsOf('resume').length).toBe(1);
    await panel.editor.panel.update(failed('source-invalid'));
    await panel.until(() => !panel.text('run-footer').includes('Resume'));
  });

  it('keeps the review in sight while the editor cannot read the run', async () => {
    panel = await MountedPanel.mount({ state: states.done });
    await panel.editor.panel.update({
      sourceName: 'apples',
      notice: { level: 'error', text: 'The engine stopped; it is started again.' },
    });
    await panel.until(() => panel.all('.notice').length > 0);
    expect(message()).toBe('The engine stopped; it is started again.');
    expect(panel.tiles.length).toBeGreaterThan(0);
  });
});

describe('a better ranking', () => {
  beforeEach(async () => {
    panel = await MountedPanel.mount({ state: { sourceName: 'apples', snapshot: running } });
  });

  it('takes the place of the first at once when nobody reviews yet', async () => {
    await panel.editor.panel.update({ sourceName: 'apples', snapshot: better });
    await panel.until(() => panel.text('run-footer').includes('Done'));
    expect(panel.all('.better').length).toBe(0);
    expect(panel.element.model.snapshot?.scores['anomaly']).toEqual(better.scores['anomaly']);
    expect(panel.element.model.view.focused).toBe(panel.element.model.list.items[0]);
  });

  it('waits for consent once the review has begun, and keeps the decisions', async () => {
    await panel.focusFirst();
    await panel.press('x');
    const order = panel.shownIndexes;
    await panel.editor.panel.update({ sourceName: 'apples', snapshot: better });
    await panel.until(() => panel.all('.better').length === 1);
    // The notice takes a row's height: as many images as are left stand as before.
    const { shownIndexes } = panel;
    expect(shownIndexes.length).toBeGreaterThan(10);
    expect(shownIndexes).toEqual(order.slice(0, shownIndexes.length));
    expect(panel.text('run-footer')).toContain('Done');
    await panel.click(panel.button('Show it'));
    expect(panel.element.model.snapshot?.scores['anomaly']).toEqual(better.scores['anomaly']);
    expect(panel.element.model.decisionOf(order[0] ?? -1)).toBe('bad');
    expect(panel.scroller.scrollTop).toBe(0);
  });

  it('is what an export gets, after the review was saved', async () => {
    await panel.focusFirst();
    await panel.press('g');
    await panel.editor.panel.update({ sourceName: 'apples', snapshot: better });
    await panel.until(() => panel.all('.better').length === 1);
    await panel.click(panel.button('Export'));
    await panel.click(
      panel.all('[role=menuitem]').find((item) => item.innerText.includes('CSV')) ?? panel.button('Export'),
    );
    await panel.until(() => panel.editor.callsOf('exportRun').length === 1);
    expect(panel.editor.calls.map(({ method }) => method)).toEqual(['saveReview', 'exportRun']);
    expect(panel.editor.callsOf('exportRun')).toEqual(['csv']);
    expect(panel.element.model.snapshot?.scores['anomaly']).toEqual(better.scores['anomaly']);
  });

  it('of another run is shown at once, with the review of that run', async () => {
    await panel.focusFirst();
    await panel.press('x');
    await panel.editor.panel.update({ sourceName: 'apples', snapshot: { ...better, runFolder: '/runs/apples-2' } });
    await panel.until(() => panel.element.model.snapshot?.runFolder === '/runs/apples-2');
    expect(panel.element.model.review.decisions).toEqual({});
    expect(panel.element.model.book.history).toEqual({ done: [], undone: [] });
  });
});

describe('a reload', () => {
  it('finds view, focus and undo again', async () => {
    panel = await MountedPanel.mount({ state: states.huge });
    await panel.focusFirst();
    await panel.press('x{ArrowDown}{ArrowDown}{ArrowDown}{ArrowDown}{ArrowDown}{ArrowRight}');
    panel.element.model.setView({ tileSize: 96 });
    await panel.drawn();
    const { focused } = panel.element.model.view;
    const { review } = panel.element.model;
    const { history } = panel.element.model.book;
    const top = panel.scroller.scrollTop;
    expect(top).toBeGreaterThan(0);
    const { editor } = panel;
    panel.unmount();
    panel = await MountedPanel.mount(
      { state: { ...states.huge, snapshot: { ...states.huge.snapshot, review, history } } },
      editor.stored,
    );
    expect(panel.element.model.view.focused).toBe(focused);
    expect(panel.element.model.view.tileSize).toBe(96);
    expect(Math.abs(panel.scroller.scrollTop - top)).toBeLessThan(150);
    await panel.press('u');
    expect(panel.element.model.review.decisions).toEqual({});
  });

  it('leaves what was taken back to be done again, once it was saved and the panel closed', async () => {
    panel = await MountedPanel.mount({ state: states.done });
    await panel.focusFirst();
    await panel.press('x{ArrowRight}gu');
    const marked = () => Object.values(panel.element.model.review.decisions);
    await panel.until(() => marked().join() === 'bad' && panel.editor.histories.at(-1)?.undone.length === 1);
    const { review } = panel.element.model;
    const history = panel.editor.histories.at(-1) ?? noHistory;
    expect([history.done.length, history.undone.length]).toEqual([1, 1]);
    panel.unmount();
    panel = await MountedPanel.mount({
      state: { ...states.done, snapshot: { ...states.done.snapshot, review, history } },
    });
    await panel.focusFirst();
    await panel.press('{Control>}y{/Control}');
    expect(marked()).toEqual(['bad', 'good']);
    await panel.press('uu');
    expect(marked()).toEqual([]);
    await panel.press('{Control>}y{/Control}');
    expect(marked()).toEqual(['bad']);
  });

  it('saves what had not been saved before, with the way back', async () => {
    panel = await MountedPanel.mount({ state: states.done, saveReview: () => new Promise(() => undefined) });
    await panel.focusFirst();
    await panel.press('x');
    const { stored } = panel.editor;
    panel.unmount();
    panel = await MountedPanel.mount({ state: states.done }, stored);
    expect(Object.values(panel.element.model.review.decisions)).toEqual(['bad']);
    await panel.until(() => panel.editor.callsOf('saveReview').length === 1);
    await panel.press('u');
    expect(panel.element.model.review.decisions).toEqual({});
  });

  it('starts afresh from a state that it does not understand', async () => {
    panel = await MountedPanel.mount({ state: states.done }, { runFolder: '/runs/apples-1', view: { sort: 7 } });
    expect(panel.element.model.view.sort).toBe('score');
    expect(panel.tiles.length).toBeGreaterThan(0);
  });
});

describe('a review that is changed elsewhere too', () => {
  const elsewhere = { ['e'.repeat(64)]: 'bad' } as const;

  it('keeps what was said there and here, and each step here is taken back alone', async () => {
    const { model } = (panel = await MountedPanel.mount({
      state: states.done,
      // Another program had written by the time of the first save.
      saveReview: (review) => Promise.resolve({ ...review, decisions: { ...review.decisions, ...elsewhere } }),
    })).element;
    const said = () => Object.keys(model.review.decisions).length;
    const before = said();
    await panel.focusFirst();
    await panel.press('x');
    await panel.until(() => said() === before + 2);
    await panel.press('{Control>}z{/Control}');
    await panel.until(() => panel.editor.callsOf('saveReview').length === 2);
    expect(panel.editor.callsOf('saveReview').at(-1)).toMatchObject({ decisions: elsewhere });
    expect(said()).toBe(before + 1);
  });

  it('keeps taken back what was taken back while it was being saved', async () => {
    const answers: (() => void)[] = [];
    panel = await MountedPanel.mount({
      state: states.done,
      saveReview: () => new Promise((resolve) => answers.push(() => resolve(undefined))),
    });
    const { model } = panel.element;
    const { snapshot } = states.done;
    await panel.focusFirst();
    await panel.press('x');
    await panel.until(() => answers.length === 1);
    const marked = model.review;
    await panel.press('{Control>}z{/Control}');
    // What the editor shows may hold what is being saved before it says that it was.
    await panel.editor.panel.update({ ...states.done, snapshot: { ...snapshot, review: marked } });
    answers[0]?.();
    await panel.until(() => answers.length === 2);
    answers[1]?.();
    await panel.until(() => model.savedReview !== marked);
    expect(panel.editor.callsOf('saveReview')).toEqual([marked, snapshot.review]);
    expect(model.review.decisions).toEqual(snapshot.review.decisions);
  });

  it('is sent with what it was made of, so that nothing newer is taken for taken back', async () => {
    const befores: Review[] = [];
    panel = await MountedPanel.mount({
      state: states.done,
      saveReview: (_review, before) => {
        befores.push(before);
        return Promise.resolve(undefined);
      },
    });
    const { model } = panel.element;
    await panel.focusFirst();
    await panel.press('x');
    await panel.until(() => befores.length === 1);
    const first = model.review;
    const review = { ...first, decisions: { ...first.decisions, ...elsewhere } };
    await panel.editor.panel.update({ ...states.done, snapshot: { ...states.done.snapshot, review } });
    await panel.until(() => elsewhere['e'.repeat(64)] === model.review.decisions['e'.repeat(64)]);
    await panel.press('{ArrowRight}g');
    await panel.until(() => befores.length === 2);
    expect(befores).toEqual([states.done.snapshot.review, review]);
  });
});

describe('what fails', () => {
  it('to be saved is said, and tried again with the next step', async () => {
    let attempts = 0;
    panel = await MountedPanel.mount({
      state: states.done,
      saveReview: () => {
        attempts += 1;
        const isFull = attempts === 1;
        return isFull ? Promise.reject(new UserError('disk-full', 'The disk is full.')) : Promise.resolve(undefined);
      },
    });
    await panel.focusFirst();
    await panel.press('x');
    await panel.until(() => panel.all('.notice').some((notice) => notice.innerText.includes('The disk is full.')));
    await panel.press('{ArrowRight}g');
    await panel.until(() => attempts === 2);
    const saved = panel.editor.callsOf('saveReview').at(-1);
    expect(saved).toMatchObject({ decisions: panel.element.model.review.decisions });
    expect(Object.keys(panel.element.model.review.decisions).length).toBe(2);
    await panel.until(() => !panel.all('.notice').some((notice) => notice.innerText.includes('The disk is full.')));
  });

  it('in the editor is said in its words', async () => {
    panel = await MountedPanel.mount({
      state: states.done,
      exportRun: () => Promise.reject(new UserError('not-writable', 'The folder may not be written to.')),
    });
    await panel.click(panel.button('Export'));
    await panel.click(panel.one('[role=menuitem]'));
    await panel.until(() => panel.all('.notice').some((notice) => notice.innerText.includes('may not be written')));
  });

  it('because the user cancelled is not said', async () => {
    panel = await MountedPanel.mount({
      state: states.stopped,
      exportRun: () => Promise.reject(new UserError('cancelled', 'Cancelled.')),
    });
    await panel.click(panel.button('Export'));
    await panel.click(panel.one('[role=menuitem]'));
    await panel.until(() => panel.editor.callsOf('exportRun').length === 1);
    await panel.drawn();
    expect(panel.all('.notice').length).toBe(0);
  });

  it('to be read at all is listed with its reason', async () => {
    panel = await MountedPanel.mount({ state: states['all unreadable'] });
    expect(message()).toContain('None of the images could be read');
    expect(panel.tiles.length).toBe(3);
    expect(panel.tiles[0]?.innerText).toContain('The file is empty.');
  });
});

describe('the editor', () => {
  beforeEach(async () => {
    panel = await MountedPanel.mount({ state: states.done });
  });

  it('flips, marks, undoes, compares and searches by its commands', async () => {
    const [first = -1] = panel.element.model.list.items;
    await panel.editor.panel.command('markBad');
    await panel.until(() => panel.element.model.decisionOf(first) === 'bad');
    await panel.editor.panel.command('undo');
    await panel.until(() => panel.element.model.decisionOf(first) === undefined);
    await panel.editor.panel.command('flip');
    await panel.until(() => !panel.element.model.isFlagged(first));
    await panel.editor.panel.command('compare');
    await panel.until(() => panel.all('compare-view').length === 1);
    await panel.editor.panel.command('focusSearch');
    await panel.until(() => panel.all('vscode-textfield').some((field) => field.matches(':focus-within, [focused]')));
  });

  it('is asked to scan again and to copy the flagged paths', async () => {
    await panel.click(panel.button('Rescan'));
    await panel.click(panel.button('Copy flagged'));
    await panel.until(() => panel.editor.callsOf('copyFlaggedPaths').length === 1);
    expect(panel.editor.callsOf('rescan').length).toBe(1);
  });

  it('gets the menu of exports by keys alone', async () => {
    panel.button('Export').focus();
    await panel.press('{Enter}');
    await panel.press('{ArrowDown}{ArrowDown}{ArrowUp}{Enter}');
    await panel.until(() => panel.editor.callsOf('exportRun').length === 1);
    expect(panel.editor.callsOf('exportRun')).toEqual(['csv']);
    expect(panel.button('Export').matches(':focus')).toBe(true);
  });

  it('is asked to move the flagged files by the last of the exports, with the newest marks saved', async () => {
    await panel.focusFirst();
    await panel.press('g');
    panel.button('Export').focus();
    await panel.press('{Enter}{End}{Enter}');
    await panel.until(() => panel.editor.callsOf('moveFlagged').length === 1);
    expect(panel.editor.callsOf('saveReview')).toHaveLength(1);
    expect(panel.editor.callsOf('exportRun')).toEqual([]);
  });

  it('is not told to do anything by a menu closed with Escape', async () => {
    panel.button('Export').focus();
    await panel.press('{Enter}{Escape}');
    expect(panel.all('[role=menu]').some((menu) => menu.matches(':popover-open'))).toBe(false);
    expect(panel.editor.callsOf('exportRun')).toEqual([]);
  });

  it('announces counts to screen readers', async () => {
    await panel.focusFirst();
    await panel.press('g');
    await panel.until(() => panel.text('panel-announcer').includes('8 flagged'));
  });
});
