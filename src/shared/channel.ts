/**
 * Typed calls over any message port. All four ends (editor ⇄ engine, editor ⇄ panel) are made here, so that a
 * `UserError` thrown on one side is a `UserError` with the same code and sentence on the other.
 */
import * as l10n from '@vscode/l10n';
import { createBirpc } from 'birpc';
import { UserError, errorCodes, fromErrorReport, toErrorReport, type ErrorReport } from './errors';

/** The raw border: something that takes messages and hands over those that arrive. */
export interface Port {
  /** May reject (or throw) when the other side is gone. */
  post(message: unknown): void | PromiseLike<unknown>;
  on(listener: (message: unknown) => void): void;
  off?(listener: (message: unknown) => void): void;
}

/** An interface as its callers see it from the other side: everything takes time. */
export type Remote<Api extends object> = {
  [Name in keyof Api]: Api[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

export interface Connection<Api extends object> {
  readonly remote: Remote<Api>;
  /** Rejects calls that wait for an answer, and all later ones, with `reason`. */
  close(reason?: UserError): void;
}

export interface ConnectOptions<Api extends object> {
  /** Methods of the other side that are told, not asked: nothing waits for them and they never reject. */
  readonly events?: readonly (keyof Api & string)[];
  /** A method of this side threw something that is not a sentence for people: a defect, worth a log line. */
  readonly onDefect?: (error: unknown, method: string) => void;
}

/**
 * Offers `local` to the other side and returns the other side's interface. There is no time limit on calls: whoever
 * owns the port notices a dead peer and closes the connection.
 */
export function connect<Api extends object>(
  local: object,
  port: Port,
  options: ConnectOptions<Api> = {},
): Connection<Api> {
  const events = new Set<string>(options.events);
  let closedBy: UserError | undefined;
  let receive: ((message: unknown) => void) | undefined;

  const rpc = createBirpc<Record<string, never>, object, false>(local, {
    proxify: false,
    timeout: -1,
    // A request is not waited for until it has left: were the connection closed meanwhile, birpc's promise of the
    // answer would reject before anyone listens. One that cannot leave is answered with the reason instead.
    post: (message: object) => {
      const sent = Promise.resolve().then(() => port.post(message));
      if (!('t' in message) || message.t !== 'q') return sent;
      void sent.catch((error: unknown) => {
        if ('i' in message) receive?.({ t: 's', i: message.i, e: toErrorReport(error) });
      });
      return undefined;
    },
    on: (listener) => {
      receive = (message) => {
        if (typeof message === 'object' && message !== null && 't' in message) listener(message);
      };
      port.on(receive);
    },
    off: () => {
      if (receive) port.off?.(receive);
    },
    // Errors lose their class and fields in a structured clone and everything in JSON: they cross as reports.
    serialize: (message: object) => ('e' in message ? { ...message, e: toErrorReport(message.e) } : message),
    deserialize: (message: object) =>
      'e' in message && isErrorReport(message.e) ? { ...message, e: fromErrorReport(message.e) } : message,
    // Names like `constructor` are not part of any interface. Wrapped here because birpc drops what an event throws.
    resolver: (name, method) => {
      if (name in Object.prototype || typeof method !== 'function') return undefined;
      return async (...args: unknown[]) => {
        try {
          return await method.apply(local, args);
        } catch (error) {
          if (!isPersonal(error)) options.onDefect?.(error, name);
          throw error;
        }
      };
    },
    // With a method's name it is an answer that could not be sent; nobody waits here for it. A failed call rejects.
    onGeneralError: (error, method) => {
      if (method === undefined) return false;
      options.onDefect?.(error, method);
      return true;
    },
  });

  const call = async (method: string, args: unknown[]): Promise<unknown> => {
    if (closedBy) throw closedBy;
    return rpc.$callRaw({ method, args });
  };
  const tell = async (method: string, args: unknown[]): Promise<void> => {
    // An event for a peer that has gone is of no interest to anyone.
    if (!closedBy) await rpc.$callRaw({ method, args, event: true });
  };
  const remote = new Proxy(
    {},
    {
      get(_target, name) {
        // `then` must be absent, or awaiting the remote itself would become a call.
        if (typeof name !== 'string' || name === 'then') return undefined;
        return events.has(name) ? (...args: unknown[]) => tell(name, args) : (...args: unknown[]) => call(name, args);
      },
    },
  );
  return {
    remote: remote as Remote<Api>, // the one place where names on the wire become a typed interface
    close(reason = new UserError('cancelled', l10n.t('The connection was closed.'))) {
      if (closedBy) return;
      closedBy = reason;
      rpc.$close(new UserError(reason.code, reason.message));
    },
  };
}

/** What `ChildProcess` and `process` have in common when they share an IPC channel. */
interface MessagingProcess {
  send?(message: unknown, callback: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
}

/** A port over a Node process's IPC channel, for parent and child alike. Posting resolves when the message has left. */
export function processPort(process: MessagingProcess): Port {
  return {
    post: (message) =>
      new Promise<void>((resolve, reject) => {
        if (!process.send) {
          reject(new UserError('engine-stopped', l10n.t('The process on the other side has no message channel.')));
          return;
        }
        process.send(message, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    on: (listener) => void process.on('message', listener),
    off: (listener) => void process.off('message', listener),
  };
}

function isPersonal(error: unknown): boolean {
  return error instanceof UserError && error.code !== 'internal';
}

function isErrorReport(value: unknown): value is ErrorReport {
  if (typeof value !== 'object' || value === null || !('code' in value) || !('message' in value)) return false;
  return typeof value.message === 'string' && errorCodes.some((code) => code === value.code);
}
