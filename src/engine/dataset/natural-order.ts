/**
 * Natural order, the same on every machine: `img2` before `img10`, folder by folder. The locale is fixed, because the
 * 0/1 file follows this order and must not depend on the language of the system.
 */
const collator = new Intl.Collator('en', { numeric: true, caseFirst: 'upper' });

/** Compares two names without slashes. Names that the collator calls equal are told apart by their code units. */
export function compareNames(a: string, b: string): number {
  return collator.compare(a, b) || compareCodeUnits(a, b);
}

/** Sorts relative paths with `/` part by part, so that a folder's files stay together. */
export function sortPaths(paths: readonly string[]): string[] {
  const keyed = paths.map((path) => ({ path, parts: path.split('/') }));
  return keyed.sort((a, b) => compareParts(a.parts, b.parts)).map(({ path }) => path);
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  const common = Math.min(a.length, b.length);
  for (let part = 0; part < common; part++) {
    const order = compareNames(a[part] ?? '', b[part] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
