/** On the side of the page: the font of the kept pictures, and what takes one to be compared. */
import '@fontsource-variable/inter/wght.css';
import { expect } from 'vitest';
import { commands, page } from 'vitest/browser';
import { applyTheme, themeNames } from './themes';

declare module 'vitest/browser' {
  interface BrowserCommands {
    holdToKept: (name: string) => Promise<string>;
  }
}

const font = 'Inter Variable';

/** Every machine has other fonts, and other ways to fit them to pixels; so lines are as long everywhere. */
export function useFontOfTests(): void {
  document.documentElement.style.setProperty('text-rendering', 'geometricPrecision');
  for (const name of ['--vscode-font-family', '--vscode-editor-font-family']) {
    document.documentElement.style.setProperty(name, `'${font}', sans-serif`);
  }
}

/** Expects that the page looks in each kind of theme as kept; `drawn` resolves when it has changed its colours. */
export async function expectKeptLook(name: string, drawn: () => Promise<void>): Promise<void> {
  const differences: string[] = [];
  // Without it the pictures would show the fonts of this machine.
  expect(await document.fonts.load(`13px '${font}'`)).not.toEqual([]);
  for (const theme of themeNames) {
    applyTheme(theme);
    useFontOfTests();
    await drawn();
    await document.fonts.ready;
    const file = `${name}-${theme}`;
    await page.screenshot({
      path: `../../artifacts/webview/screenshots/${file}.png`,
      animations: 'disabled',
      caret: 'hide',
    });
    const difference = await commands.holdToKept(file);
    if (difference !== '') differences.push(difference);
  }
  const advice =
    'Look at artifacts/webview/screenshots; npm test -- --only webview --update-pictures keeps what looks right';
  expect(differences, advice).toEqual([]);
}
