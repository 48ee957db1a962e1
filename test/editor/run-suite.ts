/**
 * Runs the extension host suite: in the desktop's VS Code where one can be had, else in code-server. Which one can be
 * forced by ANOMALY_REVIEW_TEST_EDITOR=desktop|browser; the oldest supported version is named by
 * ANOMALY_REVIEW_VSCODE_VERSION.
 */
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from './places';

/** A desktop needs a screen; where there is none, nothing is tried. */
async function desktopExecutable(): Promise<string | undefined> {
  const wish = process.env['ANOMALY_REVIEW_TEST_EDITOR'] ?? 'auto';
  const screen = process.platform !== 'linux' || process.env['DISPLAY'] !== undefined;
  if (wish === 'browser' || (wish !== 'desktop' && !screen)) return undefined;
  try {
    return await downloadAndUnzipVSCode({
      version: process.env['ANOMALY_REVIEW_VSCODE_VERSION'] ?? 'stable',
      cachePath: inRoot('.vscode-test'),
    });
  } catch (error) {
    if (wish === 'desktop') throw error;
    process.stdout.write('VS Code for the desktop cannot be downloaded here: the suite runs in code-server.\n');
    return undefined;
  }
}

/** `@vscode/test-electron` starts an executable, so the script gets one. */
function standIn(folder: string): string {
  const executable = path.join(folder, 'code');
  writeFileSync(
    executable,
    `#!/bin/sh\nexec "${process.execPath}" "${inRoot('.cache/test-editor/stand-in.mjs')}" "$@"\n`,
  );
  chmodSync(executable, 0o755);
  return executable;
}

mkdirSync(inRoot('artifacts'), { recursive: true });
const folder = mkdtempSync(path.join(process.platform === 'win32' ? inRoot('.cache') : '/tmp', 'ars-'));
try {
  const workspace = path.join(folder, 'workspace');
  cpSync(inRoot('samples/apples'), path.join(workspace, 'apples'), { recursive: true });
  const report = process.env['ANOMALY_REVIEW_TEST_REPORT'];
  process.exitCode = await runTests({
    vscodeExecutablePath: (await desktopExecutable()) ?? standIn(folder),
    extensionDevelopmentPath: inRoot(),
    extensionTestsPath: inRoot('.cache/test-vscode/suite/index.js'),
    extensionTestsEnv: report === undefined ? {} : { ANOMALY_REVIEW_TEST_REPORT: report },
    launchArgs: [workspace, '--disable-workspace-trust'],
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
