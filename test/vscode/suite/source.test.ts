import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { chooseSource, chooseSources } from '../../../src/extension/choose-arrays';
import { npyBytes } from '../../engine/npy-file';
import { extensionApi, until } from './scene';
import { storedArchive } from './stored-archive';

suite('a source', () => {
  let folder: string;
  setup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'source-'));
  });
  teardown(() => rm(folder, { recursive: true, force: true }));

  async function archive(name: string, content: Uint8Array): Promise<vscode.Uri> {
    const file = path.join(folder, name);
    await writeFile(file, content);
    return vscode.Uri.file(file);
  }

  /** The part of the services that choosing needs, with the extension's own engine behind it. */
  const services = { engine: { api: async () => (await extensionApi()).engine() } };

  /** Accepts what is preselected in every list that opens until the choice is made. */
  async function accepting<T>(choice: Promise<T>): Promise<T> {
    let done = false;
    const settled = choice.finally(() => (done = true));
    await until('the lists have been answered', async () => {
      if (!done) await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return done;
    });
    return settled;
  }

  test('that is a folder is its path, with or without a slash at the end', async () => {
    assert.equal(await chooseSource(services, vscode.Uri.file(folder)), folder);
    assert.equal(await chooseSource(services, vscode.Uri.file(`${folder}/`)), folder);
  });

  test('that is on no disk is refused with what to do', async () => {
    const place = vscode.Uri.parse('vscode-vfs://github/someone/pictures');
    await assert.rejects(chooseSource(services, place), {
      code: 'not-supported',
      message: /vscode-vfs.*Clone or download/,
    });
  });

  test('that is an archive of one array is that array', async () => {
    const place = await archive('one.npz', storedArchive({ 'x.npy': npyBytes(20), 'readme.txt': new Uint8Array(3) }));
    assert.equal(await chooseSource(services, place), `${place.fsPath}#x`);
  });

  test('that is an archive of several arrays is trained on one and scored on the other, as their names say', async () => {
    const arrays = { 'x_test.npy': npyBytes(9), 'x_train.npy': npyBytes(30) };
    const place = await archive('digits.npz', storedArchive(arrays));
    assert.deepEqual(await accepting(chooseSources(services, place)), {
      source: `${place.fsPath}#x_test`,
      trainOn: `${place.fsPath}#x_train`,
    });
  });

  test('that is an archive without arrays, or not an archive, is refused by name', async () => {
    const empty = await archive('empty.npz', storedArchive({ 'readme.txt': new Uint8Array(3) }));
    await assert.rejects(chooseSource(services, empty), { code: 'source-invalid', message: /empty\.npz/ });
    const damaged = await archive('damaged.npz', new Uint8Array(100));
    await assert.rejects(chooseSource(services, damaged), { code: 'source-invalid', message: /damaged\.npz/ });
  });

  test('that is not on this machine is refused', async () => {
    await assert.rejects(chooseSource(services, vscode.Uri.parse('untitled:Untitled-1')), { code: 'not-supported' });
  });
});
