import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { connect, type Port } from '../../src/shared/channel';
import { UserError } from '../../src/shared/errors';

interface Calculator {
  double(values: Float32Array): Promise<Float32Array>;
  refuse(): Promise<void>;
  break(): Promise<void>;
  never(): Promise<void>;
  answerWithFunction(): Promise<unknown>;
}
interface Listener {
  heard(word: string): void;
}

const opened: MessagePort[] = [];
function ports(): [Port, Port, MessagePort] {
  const { port1, port2 } = new MessageChannel();
  opened.push(port1, port2);
  const wrap = (port: MessagePort): Port => ({
    post: (message) => port.postMessage(message),
    on: (listener) => void port.on('message', listener),
    off: (listener) => void port.off('message', listener),
  });
  return [wrap(port1), wrap(port2), port2];
}
afterEach(() => opened.splice(0).forEach((port) => port.close()));

class CalculatorService implements Calculator {
  private readonly factor = 2;
  double(values: Float32Array): Promise<Float32Array> {
    return Promise.resolve(values.map((value) => value * this.factor));
  }
  refuse(): Promise<void> {
    return Promise.reject(new UserError('source-empty', 'There is no image in “apples”.'));
  }
  break(): Promise<void> {
    return Promise.reject(new RangeError('index 7'));
  }
  never(): Promise<void> {
    return new Promise(() => undefined);
  }
  answerWithFunction(): Promise<unknown> {
    return Promise.resolve(() => 1);
  }
}

function pair() {
  const [here, there, raw] = ports();
  const defects: [string, unknown][] = [];
  const heard: string[] = [];
  const listener: Listener = { heard: (word) => void heard.push(word) };
  const server = connect<Listener>(new CalculatorService(), there, {
    events: ['heard'],
    onDefect: (error, method) => defects.push([method, error]),
  });
  const client = connect<Calculator>(listener, here);
  return { client, server, defects, heard, raw };
}

describe('a connection', () => {
  it('carries typed arrays there and back through a service that uses its own fields', async () => {
    const { client } = pair();
    expect(await client.remote.double(new Float32Array([1, 2.5]))).toEqual(new Float32Array([2, 5]));
  });

  it('rethrows a UserError with its code and sentence, and does not call it a defect', async () => {
    const { client, defects } = pair();
    const error = await client.remote.refuse().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: 'source-empty', message: 'There is no image in “apples”.' });
    expect(defects).toEqual([]);
  });

  it('turns any other error into an internal one and reports it as a defect where it happened', async () => {
    const { client, defects } = pair();
    await expect(client.remote.break()).rejects.toMatchObject({ code: 'internal', message: 'index 7' });
    expect(defects).toEqual([['break', expect.any(RangeError)]]);
  });

  it('rejects when the answer cannot be sent, instead of hanging', async () => {
    const { client } = pair();
    await expect(client.remote.answerWithFunction()).rejects.toMatchObject({ code: 'internal' });
  });

  it('rejects a call to a name that every object has', async () => {
    const { client } = pair();
    const remote: { valueOf(): unknown } = client.remote;
    await expect(remote.valueOf()).rejects.toMatchObject({ code: 'internal' });
  });

  it('delivers events in the order they were sent', async () => {
    const { server, client, heard } = pair();
    for (const word of ['one', 'two', 'three']) void server.remote.heard(word);
    await client.remote.double(new Float32Array()); // a round trip after the events
    expect(heard).toEqual(['one', 'two', 'three']);
  });

  it('rejects waiting and later calls with the reason it was closed for', async () => {
    const { client } = pair();
    const waiting = client.remote.never();
    client.close(new UserError('engine-stopped', 'The engine stopped.'));
    await expect(waiting).rejects.toMatchObject({ code: 'engine-stopped', message: 'The engine stopped.' });
    await expect(client.remote.refuse()).rejects.toMatchObject({ code: 'engine-stopped' });
  });

  it('rejects a call that cannot be sent, with the reason', async () => {
    const broken: Port = { post: () => Promise.reject(new Error('the pipe is broken')), on: () => undefined };
    const { remote } = connect<Calculator>({}, broken);
    await expect(remote.refuse()).rejects.toMatchObject({ code: 'internal', message: 'the pipe is broken' });
  });

  it('lets events to a broken port go without an error', async () => {
    const broken: Port = { post: () => Promise.reject(new Error('the pipe is broken')), on: () => undefined };
    const { remote } = connect<Listener>({}, broken, { events: ['heard'] });
    await expect(remote.heard('late')).resolves.toBeUndefined();
  });

  it('lets events to a closed connection go without an error', async () => {
    const { server } = pair();
    server.close();
    await expect(server.remote.heard('late')).resolves.toBeUndefined();
  });

  it('ignores messages that are not its own', async () => {
    const { client, raw } = pair();
    raw.postMessage('hello');
    raw.postMessage(null);
    raw.postMessage({ unrelated: true });
    await expect(client.remote.double(new Float32Array([3]))).resolves.toEqual(new Float32Array([6]));
  });
});
