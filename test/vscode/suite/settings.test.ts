import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { readSettings } from '../../../src/extension/settings';
import { UserError } from '../../../src/shared/errors';
import { defaultSettings } from '../../../src/shared/settings';
import { folderOfImages, openPanels, withSettings } from './scene';

suite('settings', () => {
  let restore: () => Promise<void> = () => Promise.resolve();
  teardown(() => restore());

  test('without any of the user, they are the defaults that every side shares', () => {
    assert.deepEqual(readSettings(undefined), defaultSettings);
  });

  test('of the workspace are taken over', async () => {
    restore = await withSettings({
      epochs: 3,
      imageSize: 32,
      'threshold.method': 'percentile',
      'threshold.parameter': 90,
    });
    const settings = readSettings(vscode.workspace.workspaceFolders?.[0]?.uri);
    assert.equal(settings.epochs, 3);
    assert.equal(settings.imageSize, 32);
    assert.deepEqual(settings.threshold, { method: 'percentile', parameter: 90 });
  });

  test('out of range are refused by name', async () => {
    restore = await withSettings({ imageSize: 7000 });
    assert.throws(
      () => readSettings(vscode.workspace.workspaceFolders?.[0]?.uri),
      (error) =>
        error instanceof UserError &&
        error.code === 'settings-invalid' &&
        error.message.includes('anomalyReview.imageSize') &&
        error.message.includes('7000'),
    );
  });

  test('out of range start no scan and open no panel', async () => {
    restore = await withSettings({ epochs: -1 });
    const { source, remove } = await folderOfImages(2);
    try {
      assert.equal(await vscode.commands.executeCommand('anomalyReview.scan', source), undefined);
      assert.deepEqual(openPanels(), []);
    } finally {
      await remove();
    }
  });
});
