import { execFileSync } from 'node:child_process';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { openSource } from '../../../src/engine/dataset/open-source';
import { scratchFolder } from '../../fixtures/scratch-folder';

const scratch = scratchFolder();
const { signal } = new AbortController();
const shape = { channels: 1, height: 2, width: 2 } as const;

beforeEach(async () => {
  const png = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'white' } })
    .png()
    .toBuffer();
  for (const name of ['b.png', 'a.png', 'deep/c, d.png']) scratch.write(name, png);
});

const open = (name: string, content: string | Uint8Array) => openSource(scratch.write(name, content), signal);

async function reasons(name: string, content: string | Uint8Array) {
  const source = await open(name, content);
  const images = await Promise.all(source.paths.map((_, index) => source.decode(index, shape)));
  return Object.fromEntries(images.map(({ entry }) => [entry.path, entry.error]));
}

describe('a list of images', () => {
  it('is read in its own order, relative to itself, without blank lines and comments', async () => {
    const list = `# mine\r\nb.png\r\n\r\n  deep/c, d.png  \r\n./a.png\r\n${scratch.path('a.png')}\r\nb.png\r\n`;
    const found = await open('list.txt', list);
    expect(found.paths).toEqual(['b.png', 'deep/c, d.png', './a.png', scratch.path('a.png'), 'b.png']);
    expect(found.filePath(1)).toBe(scratch.path('deep', 'c, d.png'));
    expect(new Set(Object.values(await reasons('list.txt', list)))).toEqual(new Set([undefined]));
  });

  it.skipIf(process.platform === 'win32')('keeps the place of what is missing, a folder or a pipe', async () => {
    execFileSync('mkfifo', [scratch.path('pipe.png')]);
    expect(await reasons('list.txt', 'a.png\nnowhere.png\ndeep\npipe.png\na.png/x.png\n')).toEqual({
      'a.png': undefined,
      'nowhere.png': 'the file is missing',
      deep: 'it is a folder, not an image',
      'pipe.png': 'it is a pipe, socket or device',
      'a.png/x.png': 'the file is missing',
    });
  });

  it.each([
    ['path', 'Path,label\nb.png,0\n"deep/c, d.png",1\n'],
    ['image', 'label;image\n0;b.png\n1;deep/c, d.png\n'],
    ['file', '\ufefflabel\tfile\r\n0\tb.png\r\n1\tdeep/c, d.png\r\n'],
  ])('may be a table with a column “%s”', async (_, table) => {
    expect(await reasons('list.csv', table)).toEqual({ 'b.png': undefined, 'deep/c, d.png': undefined });
  });

  it('may be written by a Windows shell in UTF-16', async () => {
    const text = Buffer.from('\ufeffa.png\r\nb.png\r\n', 'utf16le');
    expect((await open('list.txt', text)).paths).toEqual(['a.png', 'b.png']);
  });

  it('without paths, without a column of paths, or of bytes is refused', async () => {
    await expect(open('list.txt', '# nothing\n\n')).rejects.toMatchObject({ code: 'source-empty' });
    await expect(open('list.csv', 'path\n')).rejects.toMatchObject({ code: 'source-empty' });
    await expect(open('list.csv', 'name,label\na.png,0\n')).rejects.toThrow(
      /no column “path”, “image”, “file”; its first line has: name, label/,
    );
    await expect(open('list.txt', Uint8Array.from([97, 0, 98]))).rejects.toMatchObject({ code: 'source-invalid' });
    await expect(open('list.csv', 'path\n"a.png\n')).rejects.toMatchObject({ code: 'source-invalid' });
  });
});
