/** Which images the page of options scans: what it recognises, what is chosen by hand, arrays of a file. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { defaultSettings } from '../../src/shared/settings';
import { size } from './harness/mounted-panel';
import { MountedOptions, plainReport, type OptionsAnswers } from './harness/options-end';
import { castingReport, digitsReport, optionsStates } from './harness/options-states';

let page: MountedOptions;

async function open(answers: OptionsAnswers, stored?: unknown): Promise<void> {
  page = await MountedOptions.mount(answers, stored);
}

beforeEach(() => size(1280));
afterEach(() => page.unmount());

const lastStarted = () => page.started.at(-1);

describe('a recognised layout', () => {
  it('is said and filled in, and starts as such, with the threshold from the known anomalies', async () => {
    await open(optionsStates.recognised);
    expect(page.one('.recognised').innerText).toContain(
      'metal-spill can be used so: train on “train”, take “proliv” as known anomalies, score “test/imgs”, and measure against “test/test_annotation.txt”.',
    );
    expect(page.pathOf('source')).toBe(castingReport.suggestion.source);
    expect(page.pathOf('knownAnomalies')).toBe(castingReport.suggestion.knownAnomalies);
    expect(page.pathOf('labels')).toBe(castingReport.suggestion.labels);
    await page.press('Start Scan');
    expect(lastStarted()).toEqual({
      ...castingReport.suggestion,
      withSource: 'auto',
      settings: { ...defaultSettings, threshold: { method: 'known-mean' } },
    });
  });

  it('can be scanned as a plain folder, and used again', async () => {
    await open(optionsStates.recognised);
    await page.press('Scan as a plain folder');
    expect(page.pathOf('source')).toBe(optionsStates.recognised.state.source);
    expect(page.pathOf('trainOn')).toBe('');
    await page.press('Start Scan');
    expect(lastStarted()).toEqual({
      source: optionsStates.recognised.state.source,
      withSource: 'auto',
      settings: defaultSettings,
    });
    await page.press('Use');
    expect(page.pathOf('trainOn')).toBe(castingReport.suggestion.trainOn);
  });

  it('can be changed place by place', async () => {
    await open({ ...optionsStates.recognised, browse: () => Promise.resolve('/data/others') });
    await page.press('Clear: Known anomalies');
    const trainOn = page.one('place-field[data-field=trainOn]').shadowRoot?.querySelectorAll('vscode-button')[0];
    trainOn?.click();
    await page.until(() => page.pathOf('trainOn') === '/data/others');
    await page.choose('withSource', 'no');
    await page.press('Start Scan');
    expect(page.browsed).toEqual([['folder', castingReport.suggestion.trainOn]]);
    expect(lastStarted()?.trainOn).toBe('/data/others');
    expect(lastStarted()?.knownAnomalies).toBeUndefined();
    expect(lastStarted()?.withSource).toBe('no');
  });

  it('of a source that is chosen on the page is recognised as well', async () => {
    await open({
      ...optionsStates.plain,
      inspect: (source) => Promise.resolve(source === '/data/apples' ? plainReport(source) : castingReport),
      browse: () => Promise.resolve('/data/foundry line 4/metal-spill'),
    });
    expect(page.all('.recognised')).toEqual([]);
    page.one('place-field[data-field=source]').shadowRoot?.querySelector('vscode-button')?.click();
    await page.until(() => page.pathOf('trainOn') !== '');
    expect(page.pathOf('source')).toBe(castingReport.suggestion.source);
  });
});

describe('more places', () => {
  it('to score are added one by one, and taken away', async () => {
    let count = 0;
    await open({ ...optionsStates.plain, browse: () => Promise.resolve(`/data/cats-${++count}`) });
    const add = () => page.all('place-field').at(-1)?.shadowRoot?.querySelector<HTMLElement>('vscode-button')?.click();
    add();
    await page.until(() => page.element.model.draft.scoreAlso.length === 1);
    await page.drawn();
    add();
    await page.until(() => page.element.model.draft.scoreAlso.length === 2);
    await page.drawn();
    await page.press('Clear: Scored as well');
    await page.press('Folder names');
    await page.press('Start Scan');
    expect(lastStarted()?.scoreAlso).toEqual(['/data/cats-2']);
    expect(lastStarted()?.labels).toBe('layout');
  });

  it('that nobody chose in the dialog change nothing', async () => {
    await open(optionsStates.plain);
    page.one('place-field[data-field=trainOn]').shadowRoot?.querySelector('vscode-button')?.click();
    await page.until(() => page.browsed.length === 1);
    await page.drawn();
    expect(page.pathOf('trainOn')).toBe('');
  });
});

describe('a file of several arrays', () => {
  it('has those for training and scoring preselected by their names, without those that are no images', async () => {
    await open(optionsStates.arrays);
    const [score, train] = page
      .all('setting-field[data-array]')
      .map((field) => field.shadowRoot?.querySelector('select'));
    expect(score?.value).toBe(digitsReport.suggestion.source);
    expect(train?.value).toBe(digitsReport.suggestion.trainOn);
    expect([...(train?.options ?? [])].map(({ value }) => value)).toEqual([
      '',
      '/data/digits.npz#x_train',
      '/data/digits.npz#x_test',
    ]);
    await page.press('Start Scan');
    expect(lastStarted()?.source).toBe(digitsReport.suggestion.source);
    expect(lastStarted()?.trainOn).toBe(digitsReport.suggestion.trainOn);
  });

  it('can be scored and trained on by another choice', async () => {
    await open(optionsStates.arrays);
    const [score, train] = page
      .all('setting-field[data-array]')
      .map((field) => field.shadowRoot?.querySelector('select'));
    if (!score || !train) throw new Error('There are no lists of arrays.');
    await userEvent.selectOptions(score, '/data/digits.npz#x_train');
    await userEvent.selectOptions(train, '');
    await page.drawn();
    await page.press('Start Scan');
    expect(lastStarted()?.source).toBe('/data/digits.npz#x_train');
    expect(lastStarted()?.trainOn).toBeUndefined();
  });
});
