/** How a source is written: a path, and for an array in an archive its name after a `#`. */

export interface SourceLocation {
  readonly path: string;
  /** `x_test` of `digits.npz#x_test`. */
  readonly array?: string;
}

/** Splits `digits.npz#x_test`; a `#` anywhere else belongs to the path. */
export function splitLocation(location: string): SourceLocation {
  const [, path, array] = /^(.*\.npz)#(.*)$/is.exec(location) ?? [];
  if (path === undefined) return { path: location };
  // Nobody was named behind the `#`: as without it, the arrays that there are will be told.
  return array === undefined || array === '' ? { path } : { path, array };
}

/** Names that say nothing without the folder above. */
const vague = /^(?:data|good|images?|imgs?|normal|pictures?|test|testing|train|training|val|valid|validation)$/i;
const mostParts = 3;

/** What a person calls a source: `apples`, `digits.npz#x_test`, and `casting/test/imgs` where `imgs` could be any. */
export function sourceName(source: string): string {
  const { path, array } = splitLocation(source);
  const parts = path.split(/[\\/]/).filter((part) => part !== '');
  let start = parts.length - 1;
  while (start > 0 && parts.length - start < mostParts && vague.test(parts[start] ?? '')) start--;
  const name = parts.slice(start).join('/') || path;
  return array === undefined ? name : `${name}#${array}`;
}

/** Whether a file is an array, or an archive of arrays, by its name: NumPy's `.npy` and `.npz`, IDX as MNIST has it. */
export function isArrayFile(name: string): boolean {
  return /(?:\.npz|(?:\.npy|\.idx|[-.]idx\d+-(?:ubyte|byte|short|int|float|double))(?:\.gz)?)$/i.test(name);
}

/** A page of a file of several pages. */
export interface PageLocation {
  readonly file: string;
  /** From 1. */
  readonly page: number;
}

/** `scan.tif` and 3 of `scan.tif#3`; `undefined` for a path that names no page. */
export function splitPage(path: string): PageLocation | undefined {
  const [, file, page] = /^(.*\.tiff?)#([1-9]\d{0,4})$/is.exec(path) ?? [];
  return file === undefined ? undefined : { file, page: Number(page) };
}
