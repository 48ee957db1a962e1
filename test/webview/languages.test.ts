/** The panel in the languages whose texts are longest: nothing is cut, nothing sticks out. Pictures: artifacts/webview. */
import * as l10n from '@vscode/l10n';
import { page, userEvent } from 'vitest/browser';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import latvian from '../../l10n/bundle.l10n.lv.json?raw';
import russian from '../../l10n/bundle.l10n.ru.json?raw';
import chinese from '../../l10n/bundle.l10n.zh-cn.json?raw';
import './harness/russian-page';
import { problems } from './harness/looks';
import { MountedPanel, size } from './harness/mounted-panel';
import { MountedOptions } from './harness/options-end';
import { optionsState } from './harness/options-states';
import { states } from './harness/states';
import { sectionNames } from '../../webview/options/fields';

const languages = { ru: russian, lv: latvian, 'zh-cn': chinese };
let panel: MountedPanel | undefined;
let options: MountedOptions | undefined;

afterEach(() => {
  panel?.unmount();
  panel = undefined;
  options?.unmount();
  options = undefined;
});
afterAll(() => {
  l10n.config({ contents: {} });
});

/** All that is shown, also in the shadows of other elements. */
function shown(root: ParentNode): Element[] {
  return [...root.querySelectorAll('*')]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .flatMap((element) => [element, ...(element.shadowRoot ? shown(element.shadowRoot) : [])]);
}

/** Words that are wider than what holds them; file names and sentences may be cut short, they show whole when pointed at. */
function cut(element: Element): boolean {
  if (element.matches('.ellipsis[title]')) return false;
  if (!element.matches('button, label, th, legend, h2, summary, .count, .muted, .pair > span')) return false;
  // Text in a line has no box of its own to stick out of.
  return element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
}

/** What can be clicked; the room around their words may touch. */
const controls = 'button, summary, a, input, choice-list, number-field, vscode-button, vscode-textfield';

/** Controls of one part of the page that lie on one another; a tile's lie on its picture, and scroll under the rest. */
function overlapping(all: readonly Element[]): Element[] {
  const whole = all.filter((element) => element.matches(controls) && element.closest('.tile') === null);
  const boxes = whole.map((element) => ({ element, box: element.getBoundingClientRect() }));
  return boxes.flatMap(({ element, box }, place) =>
    boxes.slice(place + 1).some((other) => {
      const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      const apart = element.contains(other.element) || other.element.contains(element);
      return across > 4 && down > 6 && !apart && element.getRootNode() === other.element.getRootNode();
    })
      ? [element]
      : [],
  );
}

/** What is cut, on something else, or wider than the page, as the beginning of its HTML. */
function sticksOut(page: Element, width: number): string[] {
  const all = shown(page.shadowRoot ?? page);
  const wide = all.filter((part) => {
    const { right, width: own } = part.getBoundingClientRect();
    return own > 2 && right > width + 1;
  });
  return [...wide, ...all.filter(cut), ...overlapping(all)].map((part) => part.outerHTML.slice(0, 160));
}

describe('figures', () => {
  it('are written and read with the reader’s decimal sign', async () => {
    panel = await MountedPanel.mount({ state: states.done });
    const { model } = panel.element;
    expect(panel.text('.outcome')).toMatch(/\d,\d\s?%/u);
    const input = panel.one('number-field.value').shadowRoot?.querySelector('vscode-textfield')?.wrappedElement;
    if (!input) throw new Error('The field has no input.');
    expect(input.value).toBe(model.threshold.toFixed(2).replace('.', ','));
    for (const typed of ['3,25', '4.5', 'much']) {
      await userEvent.fill(input, typed);
      await userEvent.keyboard('{Enter}');
      await panel.drawn();
      expect(model.threshold).toBe(typed === '3,25' ? 3.25 : 4.5);
    }
    expect(input.value).toBe('4,50');
  });
});

describe.each(Object.entries(languages))('the panel in %s', (language, contents) => {
  beforeAll(() => {
    l10n.config({ contents });
  });

  describe.each([300, 700, 1600])('at %i pixels', (width) => {
    it.each(['done', 'training', 'labelled'] as const)('shows every word of “%s”', async (name) => {
      await size(width, 760);
      panel = await MountedPanel.mount({ state: states[name] });
      await panel.until(() => panel?.all('.skeleton').length === 0);
      await page.screenshot({ path: `../../artifacts/webview/${language}-${name}-${width}.png` });
      expect(sticksOut(panel.element, width)).toEqual([]);
      expect(panel.one('review-toolbar').getBoundingClientRect().height, 'the tools stand in one row').toBeLessThan(44);
    });

    it('shows every word of a comparison', async () => {
      await size(width, 900);
      panel = await MountedPanel.mount({ state: states.done });
      await panel.focusFirst();
      await panel.press('{Enter}');
      await panel.until(() => panel?.all('figure img').length === 4);
      await page.screenshot({ path: `../../artifacts/webview/${language}-compare-${width}.png` });
      expect(sticksOut(panel.element, width)).toEqual([]);
    });

    it('shows every word of the options', async () => {
      // So high that nothing lies under the row of buttons.
      await size(Math.max(320, width), 3200);
      options = await MountedOptions.mount({ state: optionsState('/data/apples') });
      for (const section of sectionNames.slice(1)) await options.unfold(section);
      await options.choose('loss', 'focal');
      await options.choose('denoise.kind', 'mask');
      await page.screenshot({ path: `../../artifacts/webview/${language}-options-${width}.png` });
      expect(sticksOut(options.element, Math.max(320, width))).toEqual([]);
    });
  });
});

describe('in Russian, in 320 pixels', () => {
  beforeAll(() => {
    l10n.config({ contents: russian });
  });

  it.each(['done', 'labelled'] as const)('“%s” sticks out nowhere at twice the size', async (name) => {
    await size(160, 380);
    panel = await MountedPanel.mount({ state: states[name] });
    await panel.until(() => panel?.all('.skeleton').length === 0);
    await page.screenshot({ path: `../../artifacts/webview/ru-${name}-160.png` });
    expect(sticksOut(panel.element, 160)).toEqual([]);
    expect(await problems(panel.element)).toEqual([]);
  });

  it('the options are accessible', async () => {
    await size(320, 760);
    options = await MountedOptions.mount({ state: optionsState('/data/apples') });
    await options.settled();
    expect(await problems(options.element)).toEqual([]);
  });

  it('a comparison is accessible', async () => {
    await size(320, 760);
    panel = await MountedPanel.mount({ state: states.done });
    await panel.focusFirst();
    await panel.press('{Enter}');
    await panel.until(() => panel?.all('figure img').length === 4);
    expect(sticksOut(panel.element, 320)).toEqual([]);
    expect(await problems(panel.element)).toEqual([]);
  });
});
