/** The page of *Scan with Options…*, as its user meets it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { UserError } from '../../src/shared/errors';
import { defaultSettings, type Area } from '../../src/shared/settings';
import { settingNames } from '../../webview/options/draft';
import { sectionFields, sectionNames } from '../../webview/options/fields';
import { size } from './harness/mounted-panel';
import { MountedOptions, type OptionsAnswers } from './harness/options-end';
import { castingReport, optionsState, optionsStates } from './harness/options-states';

let page: MountedOptions;

async function open(answers: OptionsAnswers, stored?: unknown): Promise<void> {
  page = await MountedOptions.mount(answers, stored);
}

beforeEach(() => size(1280));
afterEach(() => page.unmount());

const lastStarted = () => page.started.at(-1);

describe('a plain folder', () => {
  it('starts with the settings that are there', async () => {
    await open(optionsStates.plain);
    await page.press('Start Scan');
    expect(page.started).toEqual([{ source: '/data/apples', withSource: 'auto', settings: defaultSettings }]);
  });

  it('starts with what was typed and chosen, and only that differs', async () => {
    await open(optionsStates.plain);
    await page.choose('preset', 'corrupted-digits');
    await page.type('epochs', '12');
    await page.unfold('network');
    await page.choose('resize', 'bicubic');
    await page.type('latent', '2');
    await page.type('roi', '0.1, 0, 0.9, 1');
    await page.unfold('training');
    await page.choose('loss', 'focal');
    await page.type('focal.gamma', '1,5');
    await page.unfold('augmentation');
    await userEvent.click(page.control('augment.flipVertical'));
    await page.type('augment.rotate', '1');
    await page.choose('denoise.kind', 'mask');
    await page.press('Start Scan');
    expect(lastStarted()?.settings).toEqual({
      ...defaultSettings,
      preset: 'corrupted-digits',
      epochs: 12,
      resize: 'bicubic',
      latent: 2,
      roi: [0.1, 0, 0.9, 1],
      loss: 'focal',
      focal: { alpha: 2, gamma: 1.5, threshold: 0 },
      augment: { rotate: 1, flipVertical: true },
      denoise: { kind: 'mask', probability: 0.5, amount: 0.5 },
    });
  });

  it('begins with the areas of the last scan, which can be changed and removed', async () => {
    const areas: Area[] = [{ kind: 'ignore', x0: 0.8, y0: 0, x1: 1, y1: 1 }];
    const { state } = optionsStates.plain;
    await open({ ...optionsStates.plain, state: { ...state, defaults: { ...defaultSettings, areas } } });
    await page.unfold('network');
    expect(page.control('areas').value).toBe('ignore 0.8, 0, 1, 1');
    await page.type('areas', 'ignore 0.8, 0, 1, 1; attend 0, 0, 0.5');
    expect(page.problemOf('areas')).not.toBe('');
    await page.type('areas', 'ignore 0.8, 0, 1, 1; attend 0, 0, 0.5, 1');
    await page.press('Start Scan');
    const attended = { kind: 'attend', x0: 0, y0: 0, x1: 0.5, y1: 1 };
    expect(lastStarted()?.settings.areas).toEqual([...areas, attended]);
    await page.type('areas', 'ignore 0, 0, 0.3, 0, 0');
    expect(page.problemOf('areas')).toContain('at least three pairs');
    await page.type('areas', 'ignore 0, 0, 0.3, 0, 0, 0.3');
    expect(page.problemOf('areas')).toBe('');
    await page.type('areas', '');
    await page.press('Start Scan');
    expect(lastStarted()?.settings.areas).toBeUndefined();
  });

  it('takes a pretrained network, and asks what it needs only then', async () => {
    await open({ ...optionsStates.plain, browse: () => Promise.resolve('/nets/lite.onnx') });
    await page.unfold('network');
    const isAsked = () => page.all('[data-field="backboneMean"]').length > 0;
    expect(isAsked()).toBe(false);
    page.one('place-field[data-field="backbone"]').shadowRoot?.querySelector<HTMLElement>('.buttons > *')?.click();
    await page.until(isAsked);
    expect(page.browsed).toEqual([['backbone-file', '/data/apples']]);
    expect(page.pathOf('backbone')).toBe('/nets/lite.onnx');
    await page.type('backboneSize', '96');
    await page.type('backboneMean', '0.5, half');
    expect(page.problemOf('backboneMean')).toBe('This must be a number.');
    await page.type('backboneMean', '0.5, 0.4, 0.3');
    await page.press('Start Scan');
    const backbone = { backbone: '/nets/lite.onnx', backboneSize: 96, backboneMean: [0.5, 0.4, 0.3] };
    expect(lastStarted()?.settings).toEqual({ ...defaultSettings, ...backbone });
  });

  it('has a field for every setting', async () => {
    await open(optionsStates.plain);
    const fields = sectionNames.flatMap((section) => sectionFields(section, [])).map(({ name }) => name);
    expect([...fields].sort()).toEqual([...settingNames].sort());
  });

  it('starts by Ctrl+Enter from any field', async () => {
    await open(optionsStates.plain);
    page.control('epochs').focus();
    await userEvent.keyboard('{Control>}{Enter}{/Control}');
    await page.drawn();
    expect(page.started.length).toBe(1);
  });

  it('asks only for what has a meaning beside the rest, and sends nothing else', async () => {
    await open(optionsStates.plain);
    await page.unfold('training');
    expect(page.all('[data-field=scheduleEvery], [data-field=momentum], [data-field="focal.alpha"]')).toEqual([]);
    await page.choose('schedule', 'step');
    await page.type('scheduleEvery', '3');
    await page.choose('schedule', 'one-cycle');
    await page.press('Start Scan');
    expect(lastStarted()?.settings).toEqual(defaultSettings);
  });

  it('copies the very request that it would start', async () => {
    await open(optionsStates.plain);
    await page.type('epochs', '7');
    await page.press('Copy as Command Line');
    expect(page.copied[0]?.settings.epochs).toBe(7);
    expect(page.one('footer p').innerText).toBe('The command is on the clipboard.');
  });
});

describe('training without scoring', () => {
  it('has the same form with its own words', async () => {
    await open({ state: optionsState('/data/apples', { mode: 'train' }) });
    expect(page.one('h1').innerText).toBe('Train Model');
    await page.press('Start Training');
    expect(page.started.length).toBe(1);
  });
});

describe('defaults', () => {
  it('are the settings of the editor; only what differs from them is marked, and goes back by a button', async () => {
    const defaults = { ...defaultSettings, epochs: 30, augment: { rotate: 5 } };
    await open({ state: optionsState('/data/apples', { defaults }) });
    expect(page.control('epochs').value).toBe('30');
    expect(page.all('setting-field[changed]')).toEqual([]);
    await page.type('epochs', '31');
    expect(page.all('setting-field[changed]').map(({ dataset }) => dataset['field'])).toEqual(['epochs']);
    await page.press('Back to the default: Epochs');
    expect(page.control('epochs').value).toBe('30');
    expect(page.all('setting-field[changed]')).toEqual([]);
    await page.press('Start Scan');
    expect(lastStarted()?.settings).toEqual(defaults);
  });

  it('come back all at once, while the places stay', async () => {
    await open(optionsStates.recognised);
    await page.type('epochs', '3');
    await page.unfold('training');
    await page.type('patience', '4');
    expect(page.one('details[data-section=training] summary').innerText).toContain('1 changed');
    await page.press('Reset Settings');
    expect(page.control('patience').value).toBe('10');
    expect(page.pathOf('trainOn')).toBe(castingReport.suggestion.trainOn);
  });
});

describe('a wrong value', () => {
  it.each([
    ['epochs', '0', 'This must be at least 1.'],
    ['epochs', 'many', 'This must be a number.'],
    ['epochs', '1.5', 'This must be a whole number.'],
    ['imageSize', '7000', 'This must be at most 512.'],
  ])('is told at its field: %s = %s', async (name, text, sentence) => {
    await open(optionsStates.plain);
    await page.type(name, text);
    expect(page.problemOf(name)).toBe(sentence);
    expect(page.control(name).getAttribute('aria-invalid')).toBe('true');
    await page.type(name, '');
    expect(page.problemOf(name)).toBe('');
  });

  it('in a folded section is counted there, keeps it from starting, and gets the focus', async () => {
    await open(optionsStates.plain);
    await page.unfold('training');
    await page.type('batchSize', '');
    page.one('details[data-section=training] summary').click();
    await page.until(() => !page.element.model.open.has('training'));
    await page.drawn();
    expect(page.one('details[data-section=training] summary').innerText).toContain('1 to correct');
    await page.press('Start Scan');
    expect(page.started).toEqual([]);
    expect(page.one('footer p').innerText).toBe('1 to correct before it can start');
    expect(page.problemOf('batchSize')).toBe('This may not be empty.');
    expect(page.control('batchSize').matches(':focus')).toBe(true);
  });

  it('is a threshold that lacks what it is taken from', async () => {
    await open(optionsStates.plain);
    await page.unfold('scoring');
    await page.choose('threshold.method', 'known-min');
    expect(page.problemOf('threshold.method')).toContain('needs known anomalies');
    await page.choose('threshold.method', 'f1');
    expect(page.problemOf('threshold.method')).toContain('needs labels');
    await page.choose('threshold.method', 'percentile');
    await page.type('threshold.parameter', '101');
    expect(page.problemOf('threshold.parameter')).toBe('This must be from 0 to 100.');
    await page.choose('threshold.method', 'value');
    await page.type('threshold.parameter', '');
    expect(page.problemOf('threshold.parameter')).toBe('Write the score from which an image is odd.');
  });
});

describe('what the page keeps', () => {
  it('brings back the form after a reload, unfolded as it was, and does not fill it in again', async () => {
    await open(optionsStates.recognised);
    await page.press('Clear: Labels');
    await page.unfold('training');
    await page.type('patience', '77');
    const { stored } = page;
    page.unmount();
    await open(optionsStates.recognised, stored);
    expect(page.control('patience').value).toBe('77');
    expect(page.pathOf('labels')).toBe('');
    expect(page.pathOf('trainOn')).toBe(castingReport.suggestion.trainOn);
  });

  it('of another version is not used', async () => {
    await open(optionsStates.plain, {
      mode: 'scan',
      source: '/data/apples',
      draft: { places: 1 },
      inspected: '',
      open: [],
    });
    await page.press('Start Scan');
    expect(lastStarted()?.settings).toEqual(defaultSettings);
  });
});

describe('what goes wrong', () => {
  it('at the start is said, and can be tried again', async () => {
    let attempts = 0;
    await open({
      ...optionsStates.plain,
      ready: () =>
        attempts++ === 0
          ? Promise.reject(new UserError('engine-stopped', 'There is no Node.js on the PATH.'))
          : Promise.resolve(optionsStates.plain.state),
    });
    expect(page.one('[role=alert]').innerText).toContain('There is no Node.js on the PATH.');
    await page.press('Try Again');
    await page.until(() => page.all('form').length === 1);
    expect(page.all('[role=alert]')).toEqual([]);
  });

  it('with the source is said, and the form can be filled in all the same', async () => {
    await open({
      ...optionsStates.plain,
      inspect: () => Promise.reject(new UserError('source-empty', 'There is no image in /data/apples.')),
    });
    expect(page.one('header [role=alert]').innerText).toContain('There is no image');
    expect(page.all('form').length).toBe(1);
  });

  it('when it is started is said, and the form stays', async () => {
    await open({
      ...optionsStates.plain,
      start: () => Promise.reject(new UserError('run-locked', '“apples” is being scanned already.')),
    });
    await page.press('Start Scan');
    await page.until(() => page.all('header [role=alert]').length === 1);
    expect(page.one('header [role=alert]').innerText).toContain('being scanned already');
    expect(page.button('Start Scan').matches('[disabled]')).toBe(false);
  });
});
