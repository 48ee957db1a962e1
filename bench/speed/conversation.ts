/** A process of its own that answers each JSON line with one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as v from 'valibot';

const failureSchema = v.object({ error: v.string() });

export class Conversation {
  private constructor(
    private readonly child: ReturnType<typeof start>,
    private readonly lines: AsyncIterator<string>,
    private readonly name: string,
  ) {}

  static open(name: string, command: string, args: readonly string[]): Conversation {
    const child = start(command, args);
    return new Conversation(child, createInterface(child.stdout)[Symbol.asyncIterator](), name);
  }

  /** Throws what the other side gave as `error`, or that it ended. */
  async ask<T extends v.GenericSchema>(question: unknown, answer: T): Promise<v.InferOutput<T>> {
    if (this.child.exitCode === null) this.child.stdin.write(`${JSON.stringify(question)}\n`);
    const line = await this.lines.next();
    if (line.done === true) throw new Error(`${this.name}’s process ended; its message is above.`);
    const told: unknown = JSON.parse(line.value);
    const failure = v.safeParse(failureSchema, told);
    if (failure.success) throw new Error(`${this.name}: ${failure.output.error}`);
    return v.parse(answer, told);
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.stdin.end();
    await ended;
  }
}

function start(command: string, args: readonly string[]) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  // A process that ended is found out when it gives no line.
  child.stdin.on('error', () => undefined);
  return child;
}
