import { beforeEach, describe, expect, it } from 'vitest';
import { KeptOpen } from '../../../src/engine/views/kept-open';

describe('what is kept open', () => {
  let opened: string[];
  let closed: string[];
  let kept: KeptOpen<string>;
  const use = <T>(name: string, work: (thing: string) => Promise<T>) =>
    kept.use(name, () => Promise.resolve(`${name} ${opened.push(name)}`), work);
  const nothing = (thing: string) => Promise.resolve(thing);

  beforeEach(() => {
    opened = [];
    closed = [];
    kept = new KeptOpen((thing) => {
      closed.push(thing);
      return Promise.resolve();
    });
  });

  it('is opened once for all who ask for it', async () => {
    const found = await Promise.all([use('a', nothing), use('a', nothing)]);
    expect(found).toEqual(['a 1', 'a 1']);
    expect(await use('a', nothing)).toBe('a 1');
    expect(closed).toEqual([]);
  });

  it('makes room for another, and is closed', async () => {
    await use('a', nothing);
    expect(await use('b', nothing)).toBe('b 2');
    expect(closed).toEqual(['a 1']);
  });

  it('stays open for those who still work with it, whoever wants another', async () => {
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const slow = use('a', async (thing) => {
      await finished;
      return [thing, ...closed];
    });
    await use('b', nothing);
    expect(closed).toEqual([]);
    finish();
    expect(await slow).toEqual(['a 1']);
    await use('b', nothing);
    expect(closed).toEqual(['a 1']);
  });

  it('is opened anew when it was forgotten, but only under its own name', async () => {
    await use('a', nothing);
    kept.forget('b');
    expect(await use('a', nothing)).toBe('a 1');
    kept.forget();
    expect(await use('a', nothing)).toBe('a 2');
    expect(closed).toEqual(['a 1']);
  });

  it('may fail to open, and is tried again at the next use', async () => {
    const failing = kept.use('a', () => Promise.reject(new Error('gone')), nothing);
    await expect(failing).rejects.toThrow('gone');
    expect(await use('a', nothing)).toBe('a 1');
    expect(closed).toEqual([]);
  });

  it('is closed as well where the work fails', async () => {
    await expect(
      use('a', () => {
        kept.forget();
        return Promise.reject(new Error('no'));
      }),
    ).rejects.toThrow('no');
    await use('b', nothing);
    expect(closed).toEqual(['a 1']);
  });
});
