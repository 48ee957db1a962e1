/** The editor's own colours in its four kinds of theme, as a page inside of it gets them. */
import dark from './themes/dark.json';
import highContrast from './themes/high-contrast.json';
import highContrastLight from './themes/high-contrast-light.json';
import light from './themes/light.json';

const themes = {
  dark: { colors: dark, bodyClass: 'vscode-dark' },
  light: { colors: light, bodyClass: 'vscode-light' },
  'high-contrast': { colors: highContrast, bodyClass: 'vscode-high-contrast' },
  'high-contrast-light': { colors: highContrastLight, bodyClass: 'vscode-high-contrast-light' },
} satisfies Record<string, { colors: Readonly<Record<string, string>>; bodyClass: string }>;

export type ThemeName = keyof typeof themes;
export const themeNames: readonly ThemeName[] = ['dark', 'light', 'high-contrast', 'high-contrast-light'];

export function applyTheme(name: ThemeName): void {
  const { style } = document.documentElement;
  for (const property of Array.from(style)) if (property.startsWith('--vscode-')) style.removeProperty(property);
  for (const [property, value] of Object.entries(themes[name].colors)) style.setProperty(property, value);
  document.body.className = themes[name].bodyClass;
  document.body.style.setProperty('background', 'var(--vscode-editor-background)');
}
