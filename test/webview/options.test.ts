/** The page of *Scan with Options…*, as its user meets it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { UserError } from '../../src/shared/errors';
import { defaultSettings, type Area } from '../../src/shared/settings';
import { settingNames } from '../../webview/options/draft';
import { sectionFields, sectionNames } from '../../webview/options/fields';
import { size } from './harness/mounted-panel';
import { MountedOptions, plainReport, usualEstimate, type OptionsAnswers } from './harness/options-end';
import { castingReport, digitsReport, optionsState, optionsStates } from './harness/options-states';

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

describe('the estimate', () => {
  const line = () => page.one('scan-estimate').shadowRoot?.textContent.replace(/\s+/g, ' ').trim() ?? '';

  it('says what the scan takes and what that is made of', async () => {
    await open(optionsStates.plain);
    await page.until(() => line().startsWith('About 2 min, 410 MB of memory'));
    for (const part of ['reading images (165) under 1 sec', 'training 2 min, for at most 37 epochs', 'scoring 6 sec']) {
      expect(line()).toContain(part);
    }
    expect(line()).toContain('measured on CPU, 2 threads');
  });

  it('says what it cannot know, and what will end the training', async () => {
    await open({
      ...optionsStates.plain,
      estimate: () =>
        Promise.resolve({
          ...usualEstimate,
          isCutOff: true,
          mayTrainOnMore: true,
          besideOthers: true,
          device: 'webgpu',
        }),
    });
    await page.until(() => line().includes('training cut off after 2 min'));
    expect(line()).toContain('longer if the scored images look different and join the training');
    expect(line()).toContain('another scan runs beside it');
    expect(line()).toContain('measured on WebGPU');
  });

  it('is given up and measured anew when a setting changes that it depends on', async () => {
    let asked = 0;
    await open({
      ...optionsStates.plain,
      estimate: ({ settings }) => {
        asked += 1;
        if (asked > 1) return Promise.resolve({ ...usualEstimate, epochs: settings.epochs ?? 0 });
        return new Promise((_resolve, reject) => {
          const check = setInterval(() => {
            if (page.givenUp === 0) return;
            clearInterval(check);
            reject(new UserError('cancelled', 'Given up.'));
          }, 10);
        });
      },
    });
    await page.until(() => asked === 1);
    expect(line()).toBe('Measuring how long this takes…');
    await page.type('epochs', '3');
    await page.until(() => line().includes('at most 3 epochs'));
    await page.unfold('scoring');
    await page.choose('threshold.method', 'mad');
    await page.drawn();
    expect([asked, page.one('scan-estimate').matches('[busy]')]).toEqual([2, false]);
  });

  it('says why there is none, and stands back while there is something to correct', async () => {
    await open({
      ...optionsStates.plain,
      estimate: () => Promise.reject(new UserError('source-empty', 'There is no image in /data/apples.')),
    });
    await page.until(() => line() === 'No estimate: There is no image in /data/apples.');
    await page.type('epochs', '0');
    expect(page.all('scan-estimate')).toEqual([]);
  });
});

describe('the preview of training images', () => {
  it('is fetched when its section is unfolded, and again a moment after the last of some changes', async () => {
    await open(optionsStates.plain);
    expect(page.previewed).toEqual([]);
    await page.unfold('augmentation');
    await page.until(() => page.all('img').length === 12);
    await page.type('augment.rotate', '9');
    await page.type('augment.rotate', '90');
    await page.until(() => page.all('img').length === 24);
    await page.until(() => page.previewed.length === 2);
    expect(page.previewed[1]?.settings.augment).toEqual({ rotate: 90 });
  });

  it('does not ask again for what the pictures do not depend on', async () => {
    await open(optionsStates.plain);
    await page.unfold('augmentation');
    await page.until(() => page.all('img').length === 12);
    await page.type('epochs', '3');
    await page.type('augment.blur', '1');
    await page.until(() => page.previewed.length > 1);
    expect(page.previewed.length).toBe(2);
  });

  it('drops an answer that is out of date, and never asks twice at a time', async () => {
    const answers: (() => void)[] = [];
    let asked = 0;
    await open({
      ...optionsStates.plain,
      preview: ({ settings }) => {
        asked++;
        const name = `data:,${settings.augment?.rotate ?? 0}`;
        return new Promise((resolve) => {
          answers.push(() => resolve([{ original: name, augmented: name, input: name }]));
        });
      },
    });
    await page.unfold('augmentation');
    await page.until(() => asked === 1);
    await page.type('augment.rotate', '5');
    await page.type('augment.rotate', '6');
    answers[0]?.();
    await page.until(() => asked === 2);
    expect(page.all('img')).toEqual([]);
    answers[1]?.();
    await page.until(() => page.all('img').length > 0);
    expect(page.one('img').getAttribute('src')).toBe('data:,6');
    expect(asked).toBe(2);
  });

  it('says why it cannot be drawn', async () => {
    await open({
      ...optionsStates.plain,
      preview: () => Promise.reject(new UserError('source-empty', 'There is no image in /data/apples.')),
    });
    await page.unfold('augmentation');
    await page.until(() => page.all('training-preview').length > 0 && page.previewed.length > 0);
    await page.until(() => (page.one('training-preview').shadowRoot?.textContent ?? '').includes('There is no image'));
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
