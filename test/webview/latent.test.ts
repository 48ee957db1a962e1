/** The code of an image, edited in the comparison, and the spread of its pixel values. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { LatentEdit } from '../../src/shared/contracts';
import { UserError } from '../../src/shared/errors';
import { readElements, unusualFirst } from '../../webview/compare/element-choice';
import { comparison, editedLatent, latentLength } from './harness/editor-end';
import { MountedPanel, size } from './harness/mounted-panel';
import { states } from './harness/states';

let panel: MountedPanel;
type Answers = Parameters<typeof MountedPanel.mount>[0];

async function open(answers: Partial<Answers> = {}): Promise<void> {
  panel = await MountedPanel.mount({ state: states.done, ...answers });
  await panel.focusFirst();
  await panel.press('{Enter}');
  await panel.until(() => panel.all('latent-editor').length === 1);
}

async function openEditor(answers: Partial<Answers> = {}): Promise<void> {
  await open(answers);
  await panel.click(panel.button('Edit the code'));
  await panel.until(() => panel.all('latent-row').length > 0);
}

const asked = () => panel.editor.callsOf('latentEdit') as { index: number; edits: LatentEdit[] }[];
const lastEdits = () => asked().at(-1)?.edits;
const row = (element: number) => {
  const found = panel.all('latent-row')[element - 1];
  if (!found?.shadowRoot) throw new Error(`There is no row ${element}.`);
  return found.shadowRoot;
};

async function slide(element: number, value: number): Promise<void> {
  const slider = row(element).querySelector('input');
  if (!slider) throw new Error('There is no slider.');
  slider.value = String(value);
  slider.dispatchEvent(new Event('input'));
  await panel.drawn();
}

async function type(element: number, amount: string): Promise<void> {
  const field = row(element).querySelector('number-field');
  const input = field?.shadowRoot?.querySelector('vscode-textfield')?.wrappedElement;
  if (!input) throw new Error('There is no field.');
  await userEvent.fill(input, amount);
  await userEvent.keyboard('{Enter}');
  await panel.drawn();
}

async function chooseChange(element: number, change: string): Promise<void> {
  const select = row(element).querySelector('select');
  if (!select) throw new Error('There is no choice.');
  await userEvent.selectOptions(select, change);
  await panel.drawn();
}

const captions = () => panel.all('latent-editor, figcaption').map((caption) => caption.innerText);
const edited = () => panel.all('img[alt="edited reconstruction"]')[0]?.getAttribute('src');

beforeEach(() => size(1280));
afterEach(() => panel.unmount());

describe('the code of an image', () => {
  it('is asked for when it is opened, and stays open for the next image', async () => {
    await open();
    expect(asked()).toEqual([]);
    await panel.click(panel.button('Edit the code'));
    await panel.until(() => panel.all('latent-row').length === latentLength);
    expect(captions()).toEqual(expect.arrayContaining(['original', 'reconstruction', 'edited reconstruction']));
    const [first = -1, second = -1] = panel.element.model.list.items;
    await panel.click(panel.one('[aria-label="Next image"]'));
    await panel.until(() => asked().length === 2);
    expect(asked().map(({ index }) => index)).toEqual([first, second]);
  });

  it('is slid, set, raised and multiplied, and the picture follows', async () => {
    await openEditor();
    const before = edited();
    await slide(3, 1.25);
    await panel.until(() => lastEdits()?.length === 1);
    expect(lastEdits()).toEqual([{ element: 3, change: 'set', amount: 1.25 }]);
    await panel.until(() => edited() !== before);
    await chooseChange(2, 'multiply');
    await type(2, '3');
    await panel.until(() => lastEdits()?.length === 2);
    expect(lastEdits()?.[1]).toEqual({ element: 2, change: 'multiply', amount: 3 });
    expect(panel.text('.edits')).toBe('Changed: 3 = 1.25, 2 × 3.00');
    const index = panel.element.model.view.focused;
    const { after } = await editedLatent(index, lastEdits() ?? []);
    expect(Number(row(2).querySelector('input')?.value)).toBeCloseTo(after[1] ?? NaN, 5);
    await page.screenshot({ path: '../../artifacts/webview/latent-edited.png' });
  });

  it('is reset element by element and as a whole', async () => {
    await openEditor();
    await slide(1, 0.5);
    await slide(4, 0.5);
    await slide(5, 0.5);
    row(4).querySelector('button')?.click();
    await panel.until(() => lastEdits()?.length === 2);
    expect(lastEdits()?.map(({ element }) => element)).toEqual([1, 5]);
    await panel.click(panel.button('Reset all'));
    await panel.until(() => lastEdits()?.length === 0);
    expect(panel.text('.edits')).toBe('Nothing is changed.');
  });

  it('is edited alike in the next image', async () => {
    await openEditor();
    await chooseChange(2, 'multiply');
    await type(2, '3');
    await panel.click(panel.one('[aria-label="Next image"]'));
    const second = panel.element.model.list.items[1];
    await panel.until(() => asked().at(-1)?.index === second);
    expect(lastEdits()).toEqual([{ element: 2, change: 'multiply', amount: 3 }]);
  });

  it('asks once at a time, and at last for what was wanted last', async () => {
    const waiting: (() => void)[] = [];
    await openEditor({
      latentEdit: async (index, edits) => {
        if (edits.length > 0) await new Promise<void>((resolve) => waiting.push(resolve));
        return editedLatent(index, edits);
      },
    });
    for (const value of [0.1, 0.2, 0.3, 0.4]) await slide(1, value);
    expect(waiting.length).toBe(1);
    waiting[0]?.();
    await panel.until(() => waiting.length === 2);
    waiting[1]?.();
    await panel.drawn();
    expect(asked().map(({ edits }) => edits[0]?.amount)).toEqual([undefined, 0.1, 0.4]);
  });

  it('is written as a picture with its edits', async () => {
    await openEditor();
    await slide(2, -1);
    await panel.click(panel.button('Save as picture…'));
    await panel.until(() => panel.editor.callsOf('saveLatentPicture').length === 1);
    const index = panel.element.model.view.focused;
    expect(panel.editor.callsOf('saveLatentPicture')).toEqual([
      { index, edits: [{ element: 2, change: 'set', amount: -1 }] },
    ]);
  });

  it('says why it cannot be read, and is asked for again', async () => {
    let attempts = 0;
    await open({
      latentEdit: (index, edits) =>
        ++attempts === 1
          ? Promise.reject(new UserError('run-invalid', 'The run has no trained model yet.'))
          : editedLatent(index, edits),
    });
    await panel.click(panel.button('Edit the code'));
    await panel.until(() => panel.all('.problem').length === 1);
    expect(panel.text('.problem')).toBe('The run has no trained model yet.');
    await panel.drawn();
    expect(attempts).toBe(1);
    await panel.click(panel.button('Try again'));
    await panel.until(() => panel.all('latent-row').length === latentLength);
  });

  it('of many elements is listed in part: the first, the wanted, the most unusual', async () => {
    const length = 300;
    await openEditor({
      latentEdit: (_index, edits) =>
        editedLatent(0, edits).then((small) => ({
          ...small,
          before: Array.from({ length }, (_, place) => (place === 199 ? 0.99 : 0.1)),
          after: Array.from({ length }, (_, place) => (place === 199 ? 0.99 : 0.1)),
          lowest: new Array<number>(length).fill(-1),
          highest: new Array<number>(length).fill(1),
        })),
    });
    const listed = () => panel.all('latent-row').map((found) => found.shadowRoot?.querySelector('.name')?.textContent);
    expect(listed()).toEqual(Array.from({ length: 12 }, (_, place) => String(place + 1)));
    await panel.click(panel.button('288 more elements'));
    expect(listed().length).toBe(36);
    const input = panel.one('.filter').shadowRoot?.querySelector('input');
    if (!input) throw new Error('There is no filter.');
    await userEvent.fill(input, '7, 250-252');
    await panel.drawn();
    expect(listed()).toEqual(['7', '250', '251', '252']);
    await userEvent.fill(input, '');
    await panel.click(panel.one('latent-editor').shadowRoot?.querySelector<HTMLElement>('[type=checkbox]') ?? input);
    expect(listed()[0]).toBe('200');
  });

  it('is not offered where the run has no network', async () => {
    const { snapshot } = states.done;
    const record = { ...snapshot.record };
    Reflect.deleteProperty(record, 'model');
    panel = await MountedPanel.mount({ state: { sourceName: 'x', snapshot: { ...snapshot, record } } });
    await panel.focusFirst();
    await panel.press('{Enter}');
    await panel.until(() => panel.all('figure img').length === 4);
    expect(panel.all('latent-editor').length).toBe(0);
  });
});

describe('the elements wanted', () => {
  it.each([
    ['', undefined],
    ['2, 5-8', [2, 5, 6, 7, 8]],
    ['9-', []],
    ['0 11 3 3', [3]],
    ['8-99999999999', [8, 9, 10]],
  ])('in “%s” are %j', (text, elements) => {
    expect(readElements(text, 10)).toEqual(elements);
  });

  it('come by how near they are to an end of what the images have', async () => {
    const code = await editedLatent(0, []);
    const unusual = { ...code, before: [0, 1, -1], lowest: [-1, -1, -1.1], highest: [1, 1, NaN] };
    expect(unusualFirst(unusual)).toEqual([2, 1, 3]);
  });
});

describe('pixel values', () => {
  it('are told in words beside their picture', async () => {
    await open();
    expect(panel.text('pixel-spread')).toMatch(/original \d+–\d+%, reconstruction \d+–\d+%/);
    expect(panel.all('.warning').length).toBe(0);
  });

  it('warn when a reconstruction collapses to one value', async () => {
    await open({
      compare: async (index) => ({
        ...(await comparison(index)),
        pixelDistribution: {
          original: [0.5, 0.2, 0.2, 0.1],
          reconstruction: [0, 1, 0, 0],
          collapsed: true,
        },
      }),
    });
    expect(panel.text('.warning')).toContain('Nearly all of the reconstruction is one value');
    expect(panel.text('pixel-spread')).toContain('100% of the reconstruction');
  });
});
