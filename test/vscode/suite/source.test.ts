import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { chooseSource } from '../../../src/extension/choose-source';
import { listArrays } from '../../../src/extension/npz-arrays';
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

  test('that is a folder is its path, with or without a slash at the end', async () => {
    assert.equal(await chooseSource(vscode.Uri.file(folder)), folder);
    assert.equal(await chooseSource(vscode.Uri.file(`${folder}/`)), folder);
  });

  test('that is an archive of one array is that array', async () => {
    const place = await archive(
      'one.npz',
      storedArchive({ 'x.npy': new Uint8Array(20), 'readme.txt': new Uint8Array(3) }),
    );
    assert.equal(await chooseSource(place), `${place.fsPath}#x`);
  });

  test('that is an archive of several arrays has them listed with their sizes', async () => {
    const place = await archive(
      'digits.npz',
      storedArchive({ 'x_test.npy': new Uint8Array(900), 'y_test.npy': new Uint8Array(10) }),
    );
    assert.deepEqual(await listArrays(place.fsPath), [
      { name: 'x_test', bytes: 900 },
      { name: 'y_test', bytes: 10 },
    ]);
  });

  test('that is an archive without arrays, or not an archive, is refused by name', async () => {
    const empty = await archive('empty.npz', storedArchive({ 'readme.txt': new Uint8Array(3) }));
    await assert.rejects(chooseSource(empty), { code: 'source-invalid', message: /empty\.npz/ });
    const damaged = await archive('damaged.npz', new Uint8Array(100));
    await assert.rejects(chooseSource(damaged), { code: 'source-invalid', message: /damaged\.npz/ });
  });

  test('that is not on this machine is refused', async () => {
    await assert.rejects(chooseSource(vscode.Uri.parse('untitled:Untitled-1')), { code: 'not-supported' });
  });
});
