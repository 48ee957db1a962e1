/** Every state in every kind of theme: accessible, and never wider than its column. Pictures of the widths go to artifacts/webview. */
import { page } from 'vitest/browser';
import { afterEach, describe, expect, it } from 'vitest';
import { comparison, latentLength } from './harness/editor-end';
import { expectWithin, problems } from './harness/looks';
import { MountedPanel, size } from './harness/mounted-panel';
import { states } from './harness/states';
import { applyTheme, themeNames } from './harness/themes';

const collapsed = { original: [0.1, 0.4, 0.3, 0.2], reconstruction: [0, 1, 0, 0], collapsed: true };
const widths = [300, 700, 1280, 1700];
let panel: MountedPanel | undefined;

afterEach(() => {
  panel?.unmount();
  panel = undefined;
  applyTheme('dark');
});

/** The network has scored: areas and marks can be used. */
function scored(state: typeof states.labelled): typeof states.labelled {
  const { snapshot } = state;
  return { ...state, snapshot: { ...snapshot, record: { ...snapshot.record, errorScale: 0.03 } } };
}

async function picture(name: string): Promise<void> {
  await page.screenshot({ path: `../../artifacts/webview/${name.replaceAll(' ', '-')}.png` });
}

describe('the look of the panel', () => {
  describe.each(Object.entries(states))('%s', (name, state) => {
    it.each(themeNames)('is accessible in a %s theme', async (theme) => {
      await size(1280);
      applyTheme(theme);
      panel = await MountedPanel.mount({ state });
      await panel.until(() => panel?.all('.skeleton').length === 0);
      expect(await problems(panel.element)).toEqual([]);
    });

    it.each(widths)('fits into %i pixels', async (width) => {
      await size(width, 760);
      panel = await MountedPanel.mount({ state });
      await panel.until(() => panel?.all('.skeleton').length === 0);
      await picture(`${name}-${width}`);
      expect(panel.element.scrollWidth).toBeLessThanOrEqual(width);
      expect(panel.one('run-footer').getBoundingClientRect().bottom).toBeLessThanOrEqual(760);
      expectWithin(width, panel.all('*'));
    });
  });

  it('leaves most of a middling panel to the images, labels or not, and moves nothing when a mark or a selection comes', async () => {
    await size(1000, 700);
    panel = await MountedPanel.mount({ state: scored(states.labelled) });
    await panel.drawn();
    const place = () => panel?.one('review-grid').getBoundingClientRect();
    const before = place();
    expect((before?.height ?? 0) / 700).toBeGreaterThan(0.6);
    await panel.focusFirst();
    await panel.press('x');
    await panel.press('{Shift>}{ArrowRight}{/Shift}');
    expect(panel.text('.selection')).toContain('2 selected');
    expect(place()?.top).toBe(before?.top);
    panel.element.model.select([]);
    await panel.press('{Shift>}X{/Shift}');
    await panel.until(() => panel?.element.model.teaching.ranking !== undefined);
    await panel.editor.panel.update({ ...scored(states.labelled), notice: { level: 'warning', text: 'Tried again.' } });
    await panel.until(() => panel?.all('.notice').length === 1);
    expect(place()?.top).toBe(before?.top);
    panel.element.model.setView({ methodsOpen: true, curvesOpen: true });
    await panel.drawn();
    expect(panel.one('.details').clientHeight).toBeLessThanOrEqual(700 / 3);
  });

  it.each(themeNames)('shows groups and what marks teach accessibly in a %s theme', async (theme) => {
    await size(300, 760);
    applyTheme(theme);
    panel = await MountedPanel.mount({ state: states.done });
    await panel.focusFirst();
    await panel.press('{Shift>}X{/Shift}');
    await panel.until(() => panel?.element.model.teaching.isHeld === true);
    await panel.click(panel.one('.groups input'));
    await panel.until(() => panel?.element.model.groupView.groups !== undefined);
    await panel.drawn();
    await panel.click(panel.all('.group')[1] ?? document.body);
    await panel.until(() => panel?.all('.skeleton').length === 0);
    expect(await problems(panel.element)).toEqual([]);
    const parts = ['group-strip', 'review-toolbar'].map((name) => panel?.one(name).shadowRoot ?? document);
    for (const part of parts.flatMap((root) => panel?.all('*', root) ?? [])) {
      if (part.checkVisibility()) expect(part.getBoundingClientRect().right).toBeLessThanOrEqual(301);
    }
  });

  it.each(themeNames)('shows a comparison accessibly in a %s theme', async (theme) => {
    await size(1280);
    applyTheme(theme);
    panel = await MountedPanel.mount({ state: states.done });
    await panel.focusFirst();
    await panel.press('{Enter}');
    await panel.until(() => panel?.all('figure img').length === 4);
    expect(await problems(panel.element)).toEqual([]);
  });

  it.each(widths)('folds the comparison into %i pixels', async (width) => {
    await size(width, 760);
    panel = await MountedPanel.mount({ state: states.done });
    await panel.focusFirst();
    await panel.press('{Enter}');
    await panel.until(() => panel?.all('figure img').length === 4);
    await picture(`compare-${width}`);
    const box = panel.one('compare-view').getBoundingClientRect();
    expect(box.right).toBeLessThanOrEqual(width);
    expect(box.width).toBeCloseTo(width < 700 ? width : Math.min(560, Math.max(300, width * 0.36)), 0);
  });

  /** Everything that can be opened: an epoch's ranking, the chart, a code with an edit, a collapsed reconstruction. */
  async function openAll(): Promise<void> {
    panel = await MountedPanel.mount({
      state: states.labelled,
      compare: async (index) => ({ ...(await comparison(index)), pixelDistribution: collapsed }),
    });
    panel.element.model.setView({ chartOpen: true, latentOpen: true, show: 'disagrees' });
    panel.element.model.epochs.open(4);
    await panel.focusFirst();
    await panel.press('{Enter}');
    await panel.until(() => panel?.all('latent-row').length === latentLength && panel.all('.stays').length === 1);
    await panel.drawn();
  }

  it.each(themeNames)('shows an epoch and a code accessibly in a %s theme', async (theme) => {
    await size(1280, 1000);
    applyTheme(theme);
    await openAll();
    expect(await problems(panel?.element ?? document)).toEqual([]);
  });

  it.each(widths)('fits an epoch and a code into %i pixels', async (width) => {
    await size(width, 1000);
    await openAll();
    await picture(`opened-${width}`);
    panel?.one('compare-view').scrollTo(0, 10_000);
    await picture(`opened-${width}-end`);
    expectWithin(width, panel?.all('*') ?? []);
  });

  it.each(themeNames)('shows the list of keys accessibly in a %s theme', async (theme) => {
    await size(1280);
    applyTheme(theme);
    panel = await MountedPanel.mount({ state: states.done });
    await panel.focusFirst();
    await panel.press('?');
    expect(panel.one('dialog').matches('[open]')).toBe(true);
    expect(await problems(panel.element)).toEqual([]);
  });
});
