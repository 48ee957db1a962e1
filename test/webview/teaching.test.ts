import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../src/shared/errors';
import type { Review } from '../../src/shared/run';
import { taughtScores, type EditorAnswers } from './harness/editor-end';
import { MountedPanel, size } from './harness/mounted-panel';
import { syntheticRun } from './harness/synthetic-run';

let panel: MountedPanel;
const snapshot = syntheticRun({ images: 600 });

async function mount(answers: Partial<EditorAnswers> = {}): Promise<void> {
  panel = await MountedPanel.mount({ state: { sourceName: 'apples', snapshot }, ...answers });
  await panel.focusFirst();
}

beforeEach(async () => size(1280));
afterEach(() => panel.unmount());

const model = () => panel.element.model;
const items = () => [...model().list.items];
const lastSaved = () => panel.editor.callsOf('saveReview').at(-1) as Review;
const learned = () => panel.until(() => model().teaching.ranking !== undefined && !model().teaching.isBusy);
const firstHidden = () => panel.until(() => model().inSight.length > 0).then(() => model().inSight.length);

describe('marks that teach', () => {
  it('leave what is in sight where it stands, and put what comes after it in the new order', async () => {
    await mount();
    const before = items();
    const seen = await firstHidden();
    await panel.press('{Shift>}X{/Shift}');
    await learned();
    await panel.drawn();
    const marked = before[0] ?? -1;
    expect(items().slice(0, seen)).toEqual(before.slice(0, seen));
    expect(items().slice(seen)).not.toEqual(before.slice(seen));
    expect((items()[seen] ?? -1) % 10).toBe(marked % 10);
    expect(new Set(items()).size).toBe(600);
    expect(panel.focusedTile).toBe(marked);
  });

  it('are saved with the wish to learn and the score that follows them', async () => {
    await mount();
    await panel.press('{Shift>}G{/Shift}');
    await panel.until(() => panel.editor.callsOf('saveReview').length > 0);
    expect(lastSaved()).toMatchObject({ learn: true, score: 'taught' });
    expect(Object.values(lastSaved().decisions)).toEqual(['good']);
  });

  it('put every image where it ranks once that is wanted', async () => {
    await mount();
    await panel.press('{Shift>}G{/Shift}');
    await learned();
    await panel.drawn();
    await panel.click(panel.button('Sort anew'));
    const scores = taughtScores(snapshot, model().review.decisions);
    const ranked = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
    expect(items()).toEqual(ranked);
    expect(panel.all('vscode-button').some((button) => button.textContent.trim() === 'Sort anew')).toBe(false);
    expect(panel.focusedTile).toBe(ranked[0]);
  });

  it('are asked about anew with each mark, and undone and done again one by one', async () => {
    await mount();
    await panel.press('{Shift>}X{/Shift}{ArrowRight}g');
    await panel.until(() => panel.editor.callsOf('teach').length === 2);
    await learned();
    const both = model().ranking?.column;
    await panel.press('u');
    expect(Object.values(model().review.decisions)).toEqual(['bad']);
    expect(model().ranking?.column).not.toEqual(both);
    await panel.press('u');
    expect(model().review).toMatchObject({ decisions: {}, learn: false, score: 'anomaly' });
    expect(model().scoreName).toBe('anomaly');
    await panel.press('{Shift>}U{/Shift}{Control>}y{/Control}');
    await learned();
    expect(model().ranking?.column).toEqual(both);
    expect(panel.editor.callsOf('teach')).toHaveLength(2);
  });

  it('teach by a switch as well, which says how many there are', async () => {
    await mount();
    expect(panel.all('.learn')).toHaveLength(0);
    await panel.press('x{ArrowRight}g');
    expect(panel.editor.callsOf('teach')).toHaveLength(0);
    expect(panel.one('.learn').innerText.trim()).toBe('Learn from marks (2)');
    await panel.click(panel.one('.learn input'));
    await learned();
    expect(model().scoreName).toBe('taught');
    expect(model().scoreNames).toContain('taught');
    await panel.click(panel.one('.learn input'));
    expect(model().scoreName).toBe('anomaly');
  });

  it('say why nothing can be learned, and are kept all the same', async () => {
    await mount({ teach: () => Promise.reject(new UserError('run-invalid', 'This run is older.')) });
    await panel.press('{Shift>}X{/Shift}');
    await panel.until(() => model().problem !== undefined);
    await panel.drawn();
    expect(panel.one('.notice.warning').innerText).toContain('This run is older.');
    expect(model().review).toMatchObject({ learn: false, score: 'anomaly' });
    expect(Object.values(model().review.decisions)).toEqual(['bad']);
  });

  it('hold again when the panel opens on a review that has learned', async () => {
    const decisions = { [snapshot.hashes[7] ?? '']: 'bad' as const };
    const review: Review = { ...snapshot.review, decisions, learn: true, score: 'taught' };
    const scores = { ...snapshot.scores, taught: taughtScores(snapshot, decisions) };
    await mount({ state: { sourceName: 'apples', snapshot: { ...snapshot, review, scores } } });
    expect(model().scoreName).toBe('taught');
    expect(model().ranking?.column).toEqual(scores.taught);
    expect(panel.editor.callsOf('teach')).toHaveLength(0);
    expect(model().teaching.isHeld).toBe(false);
  });
});
