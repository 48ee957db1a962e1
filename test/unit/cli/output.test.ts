import { PassThrough } from 'node:stream';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Output } from '../../../src/cli/output';

function captured(json: boolean) {
  const out = new PassThrough();
  const err = new PassThrough();
  const text = { out: '', err: '' };
  out.on('data', (data: Buffer) => (text.out += data.toString()));
  err.on('data', (data: Buffer) => (text.err += data.toString()));
  return { output: new Output(json, out, err), out, text };
}

describe('the output', () => {
  it('is readable text without --json', async () => {
    const { output, text } = captured(false);
    output.say('hello');
    output.event('done', { images: 3 });
    await output.flush();
    expect(text).toEqual({ out: 'hello\n', err: '' });
  });

  it('is one object a line with --json', async () => {
    const { output, text } = captured(true);
    output.say('hello');
    output.event('done', { images: 3, auroc: undefined });
    await output.flush();
    expect(text.out).toBe('{"event":"done","images":3}\n');
  });

  it('tells errors on stderr, and as an object with --json', async () => {
    const { output, text } = captured(true);
    output.error({ code: 'source-missing', message: 'There is no such folder.' });
    await output.flush();
    expect(text.err).toBe('anomaly-review: There is no such folder.\n');
    expect(JSON.parse(text.out)).toEqual({
      event: 'error',
      code: 'source-missing',
      message: 'There is no such folder.',
    });
  });

  it('goes quiet when its reader has left', async () => {
    const { output, out, text } = captured(true);
    output.event('started', {});
    out.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    output.event('done', {});
    await output.flush();
    expect(text.out).toBe('{"event":"started"}\n');
  });

  it('waits for a slow reader without piling up listeners', async () => {
    const out = new PassThrough({ highWaterMark: 1 });
    const output = new Output(false, out, new PassThrough());
    const piled: number[] = [];
    async function* pieces() {
      for (let piece = 0; piece < 30; piece++) {
        piled.push(out.listenerCount('close') + out.listenerCount('error'));
        yield await Promise.resolve(new Uint8Array([piece]));
      }
    }
    const streaming = output.stream(pieces()).then(() => out.end());
    const read: number[] = [];
    for await (const chunk of out) read.push(...v.parse(v.instance(Uint8Array), chunk));
    await streaming;
    expect(read).toEqual(Array.from({ length: 30 }, (_, piece) => piece));
    expect(new Set(piled.slice(1)).size).toBe(1);
  });

  it('stops waiting for a reader that leaves', async () => {
    const out = new PassThrough({ highWaterMark: 1 });
    const output = new Output(false, out, new PassThrough());
    async function* pieces() {
      yield await Promise.resolve(new Uint8Array(100));
      yield new Uint8Array(100);
    }
    const streaming = output.stream(pieces());
    out.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await expect(streaming).resolves.toBeUndefined();
  });
});
