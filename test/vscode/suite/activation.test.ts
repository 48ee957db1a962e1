import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { contributes } from '../../../package.json';
import { extensionApi } from './scene';

suite('activation', () => {
  test('the extension activates and registers every command it contributes', async () => {
    await extensionApi();
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = contributes.commands.map(({ command }) => command).filter((command) => !registered.has(command));
    assert.deepEqual(missing, []);
  });

  test('the engine starts when asked for, in a process of its own', async () => {
    const engine = await (await extensionApi()).engine();
    const { processId, backends } = await engine.describe();
    assert.notEqual(processId, process.pid);
    assert.ok(
      backends.some(({ available }) => available),
      'something computes here',
    );
  });
});
