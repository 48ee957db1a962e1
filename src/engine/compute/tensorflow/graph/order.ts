/** What must run before what besides those that an operation takes values from: reading and changing the variables. */
import type { Operation } from './recording';

/** Gives its input's memory on, so that who holds its output holds the variable's values. */
const sharing = new Set(['ReadVariableOp', 'Reshape', 'SplitV', 'Identity']);

/**
 * As they were recorded: who reads a variable runs after the change before, and who changes it after all that hold its
 * values, since the library copies what others hold.
 * @returns by the operation, the places of those that it waits for
 */
export function runBefore(operations: readonly Operation[]): ReadonlySet<number>[] {
  const waits: Set<number>[] = [];
  const lastChange = new Map<number, number>();
  const holders = new Map<number, number[]>();
  /** By the operation: whose values its outputs are. */
  const shared = new Map<number, number>();
  for (const [at, { name, inputs }] of operations.entries()) {
    const waitsFor = new Set<number>();
    for (const source of inputs) {
      if (source.from === 'operation') {
        const variable = shared.get(source.at);
        if (variable === undefined) continue;
        holders.get(variable)?.push(at);
        if (sharing.has(name)) shared.set(at, variable);
      }
      if (source.from !== 'variable') continue;
      const before = lastChange.get(source.at);
      if (before !== undefined) waitsFor.add(before);
      if (name === 'ReadVariableOp') {
        shared.set(at, source.at);
        holders.set(source.at, [...(holders.get(source.at) ?? []), at]);
        continue;
      }
      for (const holder of holders.get(source.at) ?? []) waitsFor.add(holder);
      holders.set(source.at, []);
      lastChange.set(source.at, at);
    }
    waitsFor.delete(at);
    waits.push(waitsFor);
  }
  return waits;
}

/** Those that change a variable: they must run though nobody takes anything of them. */
export function changes(operations: readonly Operation[]): number[] {
  const isChange = ({ name, inputs }: Operation) =>
    name !== 'ReadVariableOp' && inputs.some(({ from }) => from === 'variable');
  return [...operations.entries()].filter(([, operation]) => isChange(operation)).map(([at]) => at);
}
