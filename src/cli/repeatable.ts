import type { Command } from 'commander';

/** An option that can be given several times. */
export function addRepeatable(command: Command, flags: string, help: string): void {
  command.option(flags, help, (text: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), text]);
}
