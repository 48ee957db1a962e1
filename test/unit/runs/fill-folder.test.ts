import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fillGivenFolder } from '../../../src/engine/runs/create-folder';
import { scratchFolder } from '../../fixtures/scratch-folder';

/** Beyond what any system gives to a process. */
const deadProcess = 2 ** 30;

describe('a run that is put together', () => {
  const scratch = scratchFolder();

  it('is not there at all when that fails', async () => {
    const filling = fillGivenFolder(scratch.path('out'), scratch.path('source'), (folder) => {
      writeFileSync(path.join(folder, 'half'), '');
      return Promise.reject(new Error('stopped'));
    });
    await expect(filling).rejects.toThrow('stopped');
    expect(readdirSync(scratch.path())).toEqual([]);
  });

  it('takes the place of what a process that was killed has left', async () => {
    const left = scratch.path(`.out.${deadProcess}.part`);
    mkdirSync(left);
    writeFileSync(path.join(left, 'half'), '');
    await fillGivenFolder(scratch.path('out'), scratch.path('source'), (folder) => {
      writeFileSync(path.join(folder, 'run.json'), '{}');
      return Promise.resolve();
    });
    expect(readdirSync(scratch.path())).toEqual(['out']);
    expect(readdirSync(scratch.path('out')).sort()).toEqual(['.gitignore', 'run.json']);
  });

  it('is never written over anything', async () => {
    scratch.write('out/mine.txt', 'kept');
    const filling = fillGivenFolder(scratch.path('out'), scratch.path('source'), () => Promise.resolve());
    await expect(filling).rejects.toMatchObject({ code: 'settings-invalid' });
    expect(readdirSync(scratch.path())).toEqual(['out']);
  });
});
