/** The shape of a command: its own options and what it does; `program.ts` wires it to the command line. */
import type { Command } from 'commander';
import type { ExitStatus } from './exit-status';
import type { TypedOptions } from './options';
import type { Output } from './output';

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** Declares arguments and options; `--json` is added to all. */
  declare(command: Command): void;
  /** @param args the arguments in the declared order */
  run(args: readonly string[], options: TypedOptions, output: Output): Promise<ExitStatus>;
}
