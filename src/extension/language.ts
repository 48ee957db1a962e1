/**
 * The language of everything this extension says: the editor's, or the one that is set. The titles of commands and
 * settings are the editor's own to show and stay in its language.
 */
import * as l10n from '@vscode/l10n';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { english, languageFor } from './language-choice';
import { configurationSection } from './settings';

const languageSetting = 'language';

/** The engine's own name (src/engine/language.ts), which this side does not import. */
const textsVariable = 'ANOMALY_REVIEW_TEXTS';

interface Language {
  /** As Intl takes it: `ru`. */
  readonly tag: string;
  /** The file with its texts; English ones are in the code. */
  readonly file: string | undefined;
  /** English text → text. */
  readonly texts: string;
}

let language: Language = { tag: english, file: undefined, texts: '{}' };

/** Before anything is said, and once only: what is on the screen, and the engine, would be left in the other one. */
export function useLanguage(extension: vscode.Uri, log: vscode.LogOutputChannel): void {
  const wished = vscode.workspace.getConfiguration(configurationSection).get(languageSetting, 'auto');
  const tag = languageFor(wished, vscode.env.language, process.env['VSCODE_NLS_CONFIG']);
  if (tag === english) return;
  const file = vscode.Uri.joinPath(extension, 'l10n', `bundle.l10n.${tag}.json`).fsPath;
  try {
    language = { tag, file, texts: readFileSync(file, 'utf8') };
    l10n.config({ contents: language.texts });
  } catch (error) {
    log.warn(`the texts in “${tag}” cannot be read, English ones are used: ${String(error)}`);
  }
}

/** For Intl: how figures and dates are written. */
export function displayLocale(): string {
  // Without texts in the editor's language its figures and dates are still read more easily.
  return language.tag === english ? vscode.env.language : language.tag;
}

/** For a page of ours: the language it speaks, and the texts as JSON. */
export function pageTexts(): { readonly language: string; readonly texts: string } {
  return { language: language.tag, texts: language.texts };
}

/** What the engine is told of it. */
export function languageEnvironment(): NodeJS.ProcessEnv {
  return language.file === undefined ? {} : { [textsVariable]: language.file };
}

/** Offers to begin anew when another language is chosen. */
export function watchLanguage(): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration(async (change) => {
    if (!change.affectsConfiguration(`${configurationSection}.${languageSetting}`)) return;
    const reload = l10n.t('Reload Window');
    const chosen = await vscode.window.showInformationMessage(
      l10n.t('The language of Anomaly Review changes when the window is loaded again.'),
      reload,
    );
    if (chosen === reload) await vscode.commands.executeCommand('workbench.action.reloadWindow');
  });
}
