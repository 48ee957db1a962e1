/** Every state of the page of options in every kind of theme: accessible, and never wider than its column. */
import { afterEach, describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { sectionNames } from '../../webview/options/fields';
import { expectWithin, problems } from './harness/looks';
import { size } from './harness/mounted-panel';
import { MountedOptions } from './harness/options-end';
import { optionsStates } from './harness/options-states';
import { applyTheme, themeNames } from './harness/themes';

const widths = [320, 500, 760, 1280, 1600];
let options: MountedOptions | undefined;

afterEach(() => {
  options?.unmount();
  options = undefined;
  applyTheme('dark');
});

async function picture(name: string): Promise<void> {
  await page.screenshot({ path: `../../artifacts/webview/options-${name}.png` });
}

/** Everything unfolded, with changed and wrong values and the preview drawn. */
async function fillIn(mounted: MountedOptions): Promise<void> {
  for (const section of sectionNames.slice(1)) await mounted.unfold(section);
  await mounted.choose('loss', 'focal');
  await mounted.type('epochs', 'many');
  await mounted.choose('denoise.kind', 'mask');
  await mounted.type('augment.rotate', '1');
  await mounted.type('epochs', '12');
  await mounted.until(() => mounted.all('img').length === 36);
  await mounted.type('patience', '0');
  await mounted.press('Start Scan');
}

describe('the look of the options', () => {
  it.each(
    Object.entries(optionsStates).flatMap(([name, state]) => themeNames.map((theme) => ({ name, state, theme }))),
  )('is accessible: $name in a $theme theme', async ({ state, theme }) => {
    await size(1280, 900);
    applyTheme(theme);
    options = await MountedOptions.mount(state);
    expect(await problems(options.element)).toEqual([]);
  });

  it.each(themeNames)('is accessible with everything unfolded in a %s theme', async (theme) => {
    await size(1280, 2000);
    applyTheme(theme);
    options = await MountedOptions.mount(optionsStates.recognised);
    await options.settled();
    expect(await problems(options.one('footer'))).toEqual([]);
    await fillIn(options);
    expect(await problems(options.element)).toEqual([]);
  });

  it.each(widths)('fits into %i pixels', async (width) => {
    await size(width, 2400);
    options = await MountedOptions.mount(optionsStates.recognised);
    await fillIn(options);
    await picture(`filled-${width}`);
    const scroller = options.one('.scroller');
    expect(scroller.scrollWidth).toBeLessThanOrEqual(scroller.clientWidth);
    expect(options.one('footer').getBoundingClientRect().bottom).toBeLessThanOrEqual(2400);
    expectWithin(width, options.all('*'));
  });

  it('scrolls its form and keeps its buttons in a low window', async () => {
    await size(700, 320);
    options = await MountedOptions.mount(optionsStates.recognised);
    await options.settled();
    await picture('low');
    const { bottom } = options.one('footer').getBoundingClientRect();
    expect(bottom).toBeLessThanOrEqual(320);
    expect(options.one('.scroller').scrollHeight).toBeGreaterThan(options.one('.scroller').clientHeight);
  });
});
