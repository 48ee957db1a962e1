/** What the page of options tells beforehand: how long it will take, and what training makes of the images. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../src/shared/errors';
import { size } from './harness/mounted-panel';
import { MountedOptions, usualEstimate, type OptionsAnswers } from './harness/options-end';
import { optionsStates } from './harness/options-states';

let page: MountedOptions;

async function open(answers: OptionsAnswers, stored?: unknown): Promise<void> {
  page = await MountedOptions.mount(answers, stored);
}

beforeEach(() => size(1280));
afterEach(() => page.unmount());

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
