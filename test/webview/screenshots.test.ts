/** Each view and state of the pages, in each kind of theme, beside kept pictures of it: see docs/testing.md. */
import { afterEach, beforeEach, describe, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { sectionNames } from '../../webview/options/fields';
import { latentLength, type EditorAnswers } from './harness/editor-end';
import { expectKeptLook, useFontOfTests } from './harness/kept-look';
import { MountedPanel, size } from './harness/mounted-panel';
import { MountedOptions } from './harness/options-end';
import { optionsStates } from './harness/options-states';
import { picture } from './harness/pictures';
import { states } from './harness/states';
import { applyTheme } from './harness/themes';

/** A run that keeps how its images differ: it can be shown as a map, and areas can be drawn on its mean errors. */
function withErrors(state: typeof states.done): typeof states.done {
  const { snapshot } = state;
  return { ...state, snapshot: { ...snapshot, record: { ...snapshot.record, errorScale: 0.03 } } };
}

let panel: MountedPanel;
let mounted: { unmount: () => void } | undefined;

beforeEach(async () => {
  // The pointer stays where another test left it, and what it hovers over looks different.
  await userEvent.hover(document.documentElement, { position: { x: 0, y: 0 } });
  applyTheme('dark');
  useFontOfTests();
});
afterEach(() => {
  mounted?.unmount();
  mounted = undefined;
  applyTheme('dark');
});

async function mount(answers: EditorAnswers): Promise<void> {
  panel = await MountedPanel.mount(answers);
  mounted = panel;
  await settled();
}

/** Thumbnails are there, and what rests a moment before it counts has counted. */
async function settled(): Promise<void> {
  await panel.until(() => panel.all('.skeleton').length === 0);
  await panel.drawn();
}

async function compare(): Promise<void> {
  await panel.focusFirst();
  await panel.press('{Enter}');
  await panel.until(() => panel.all('figure img').length === 4);
}

const isLoaded = (image: HTMLElement) => image instanceof HTMLImageElement && image.complete;

const broken = (indexes: readonly number[]) =>
  Promise.resolve(
    indexes.map((index) =>
      index % 3 === 0 ? { index, error: 'The file was moved or deleted.' } : { index, uri: picture(index) },
    ),
  );

/** What is there from the beginning, and how one gets from there to the view. */
const views: Readonly<Record<string, { answers: EditorAnswers; open?: () => Promise<void> }>> = {
  connecting: { answers: { state: states.connecting } },
  failed: { answers: { state: states.failed } },
  progress: {
    answers: { state: states.training },
    open: async () => {
      panel.element.model.setView({ chartOpen: true });
      await panel.drawn();
    },
  },
  unranked: { answers: { state: states.unranked } },
  grid: { answers: { state: states.done } },
  labels: {
    answers: { state: states.labelled },
    open: async () => {
      panel.element.model.setView({ curvesOpen: true });
      await panel.drawn();
    },
  },
  filters: {
    answers: { state: states.labelled },
    open: async () => {
      panel.element.model.setView({ filtersOpen: true, search: 'apple', folder: 'second' });
      await settled();
    },
  },
  'nothing-found': {
    answers: { state: states.done },
    open: async () => {
      panel.element.model.setView({ search: 'no such name' });
      await panel.drawn();
    },
  },
  methods: {
    answers: { state: states.done },
    open: async () => {
      panel.element.model.setView({ methodsOpen: true });
      await panel.drawn();
    },
  },
  'broken-tiles': { answers: { state: states.done, thumbnails: broken } },
  unreadable: {
    answers: { state: states.done },
    open: async () => {
      await panel.click(panel.button('3 unreadable'));
      await panel.until(() => panel.all('unreadable-list').length === 1);
    },
  },
  'all-unreadable': { answers: { state: states['all unreadable'] } },
  compare: { answers: { state: states.done }, open: compare },
  latent: {
    answers: { state: states.done },
    open: async () => {
      await compare();
      panel.element.model.setView({ latentOpen: true });
      await panel.until(() => panel.all('latent-row').length === latentLength);
      await panel.drawn();
      panel.one('latent-editor').scrollIntoView();
    },
  },
  groups: {
    answers: { state: states.done },
    open: async () => {
      await panel.click(panel.one('.groups input'));
      await panel.until(() => panel.element.model.groupView.groups !== undefined);
      await settled();
    },
  },
  map: {
    answers: { state: withErrors(states.labelled) },
    open: async () => {
      await panel.click(panel.one('[data-view=map]'));
      await panel.until(() => panel.element.model.mapView.done === 1);
      await panel.drawn();
    },
  },
  areas: {
    answers: { state: withErrors(states.done) },
    open: async () => {
      await panel.click(panel.one('.areas'));
      await panel.until(() => panel.all('.ground img').length > 0);
      await panel.click(panel.button('Add an area'));
      await panel.press('{ArrowUp}{ArrowUp}{Shift>}{ArrowRight}{ArrowRight}{/Shift}');
      await panel.click(panel.one('input[name="shape"]:not(:checked)'));
      await panel.click(panel.button('Add an area'));
    },
  },
  keys: {
    answers: { state: states.done },
    open: async () => {
      await panel.focusFirst();
      await panel.press('?');
    },
  },
};

describe('the panel looks as it was kept', () => {
  it.each(Object.entries(views))('%s', async (name, { answers, open }) => {
    await size(700, 760);
    await mount(answers);
    await open?.();
    await expectKeptLook(name, settled);
  });

  it.each([320, 1600])('grid in %i pixels', async (width) => {
    await size(width, 760);
    await mount({ state: states.done });
    await expectKeptLook(`grid-${width}`, settled);
  });

  it('names of any length in 320 pixels', async () => {
    await size(320, 760);
    await mount({ state: states['ugly names'] });
    await expectKeptLook('ugly-names-320', settled);
  });

  it('a comparison beside the grid in 1600 pixels', async () => {
    await size(1600, 760);
    await mount({ state: states.labelled });
    await compare();
    await expectKeptLook('compare-1600', settled);
  });
});

describe('the page of options looks as it was kept', () => {
  it.each(Object.entries(optionsStates))('%s', async (name, state) => {
    await size(700, 760);
    const options = await MountedOptions.mount(state);
    mounted = options;
    await expectKeptLook(`options-${name}`, () => options.settled());
  });

  it('everything unfolded', async () => {
    await size(700, 2000);
    const options = await MountedOptions.mount(optionsStates.recognised);
    mounted = options;
    for (const section of sectionNames.slice(1)) await options.unfold(section);
    await options.until(() => options.all('img').length > 0 && options.all('img').every(isLoaded));
    await expectKeptLook('options-unfolded', () => options.settled());
  });
});
