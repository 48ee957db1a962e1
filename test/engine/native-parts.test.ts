/** A package for another system, or one that lost a part: the bundles copied to where their native parts are not. */
import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeProblem } from '../../src/engine/native-parts';
import { startEngineChild } from './engine-child';
import { removeFolder, temporaryFolder } from './picture-folders';

let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  for (const bundle of ['engine.js', 'cli.js']) await cp(path.resolve('dist', bundle), path.join(folder, bundle));
});
afterAll(() => removeFolder(folder));

async function writePart(name: string, code: string): Promise<void> {
  const place = path.join(folder, 'node_modules', name);
  await mkdir(place, { recursive: true });
  await writeFile(path.join(place, 'index.js'), code);
}

const sentence =
  /its part “sharp” for \S+-\S+ is missing or cannot be loaded \(Cannot find module 'sharp'\).*install the one for/;

describe('where a native part is missing', () => {
  it('the engine is alive and refuses everything with the reason and what to do', async () => {
    const engine = startEngineChild(path.join(folder, 'engine.js'));
    try {
      await engine.api.ping();
      await expect(engine.api.describe()).rejects.toThrow(sentence);
      await expect(engine.api.models()).rejects.toMatchObject({ code: 'not-supported' });
    } finally {
      await engine.stop();
    }
  });

  it('the command line says the same and ends with 1', async () => {
    const failure = await promisify(execFile)(process.execPath, [path.join(folder, 'cli.js'), 'models']).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 1, stdout: '' });
    expect(failure).toHaveProperty('stderr', expect.stringMatching(sentence));
  });

  it('or is made for another system, the part is named with what the system says', async () => {
    await writePart('sharp', '');
    await writePart('onnxruntime-node', "throw new Error('wrong ELF class: ELFCLASS32\\nat …')");
    expect(nativeProblem(folder)?.message).toMatch(/“onnxruntime-node” .* \(wrong ELF class: ELFCLASS32\)/);
    await writePart('onnxruntime-node', '');
    expect(nativeProblem(folder)).toBeUndefined();
  });
});
