/** The same images read once more, as by another thread: what it takes to open them is plain data. */
import type { IgnoredValues, TensorCache } from './dataset';
import { FileTensorCache, type CacheShape, type ForeignRows } from './file-tensor-cache';
import { withIgnored } from './ignored-values';
import { joinCaches } from './joined-cache';

/** Survives a structured clone. */
export type CacheRecipe =
  | {
      readonly kind: 'file';
      readonly file: string;
      readonly count: number;
      readonly shape: CacheShape;
      readonly foreign?: ForeignRows;
    }
  | { readonly kind: 'ignoring'; readonly cache: CacheRecipe; readonly ignored: IgnoredValues }
  | {
      readonly kind: 'joined';
      readonly parts: readonly { readonly cache: CacheRecipe; readonly indexes: Uint32Array }[];
    };

/** Opens the files anew. @throws what opening a file throws */
export function openRecipe(recipe: CacheRecipe): TensorCache {
  switch (recipe.kind) {
    case 'file':
      return new FileTensorCache(recipe.file, recipe.count, recipe.shape, recipe.foreign);
    case 'ignoring':
      return withIgnored(openRecipe(recipe.cache), recipe.ignored);
    case 'joined':
      return joinCaches(recipe.parts.map(({ cache, indexes }) => ({ cache: openRecipe(cache), indexes })));
  }
}
