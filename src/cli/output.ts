/** Where the command line writes: readable text or, with `--json`, one object a line on stdout; trouble on stderr. */
import type { ErrorReport } from '../shared/errors';

/** A pipe's reader that left early (`| head -1`) ends the output, not the work. */
export class Output {
  private open = true;

  constructor(
    readonly json: boolean,
    private readonly out: NodeJS.WritableStream = process.stdout,
    private readonly err: NodeJS.WritableStream = process.stderr,
  ) {
    for (const stream of [out, err]) {
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') throw error;
        if (stream === out) this.open = false;
      });
    }
  }

  /** A JSON line; nothing without `--json`. */
  event(event: string, fields: object): void {
    if (this.json) this.write(`${JSON.stringify({ event, ...fields })}\n`);
  }

  /** Lines for a person; nothing with `--json`. */
  say(text: string): void {
    if (!this.json) this.write(`${text}\n`);
  }

  /** A line for a person that must not mix with results. */
  remark(text: string): void {
    this.err.write(`${text}\n`);
  }

  error(report: ErrorReport): void {
    this.remark(`anomaly-review: ${report.message}`);
    this.event('error', report);
  }

  /** Passes pieces on as fast as the reader takes them. */
  async stream(pieces: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const piece of pieces) {
      if (!this.open) return;
      if (!this.out.write(piece)) await this.drained();
    }
  }

  /** Resolves when all that was written has left the process. */
  async flush(): Promise<void> {
    for (const stream of [this.out, this.err]) {
      if (stream === this.out && !this.open) continue;
      await new Promise<void>((resolve) => stream.write('', () => resolve()));
    }
  }

  /** Resolves as well when the reader has left; no listener stays, however often it is waited. */
  private drained(): Promise<void> {
    const endings = ['drain', 'close', 'error'];
    return new Promise((resolve) => {
      const done = () => {
        for (const name of endings) this.out.off(name, done);
        resolve();
      };
      for (const name of endings) this.out.on(name, done);
    });
  }

  private write(text: string): void {
    if (this.open) this.out.write(text);
  }
}
