import type { CacheRecipe } from './cache-recipe';
import type { TensorCache } from './dataset';

export interface CachePart {
  readonly cache: TensorCache;
  /** The images of it that take part. */
  readonly indexes: Uint32Array;
}

/** Several caches of one shape as one, their images one after the other. Closing it leaves the parts open. */
export function joinCaches(parts: readonly CachePart[]): TensorCache {
  const [first] = parts;
  if (!first) throw new RangeError('at least one cache is needed');
  const { shape, valuesPerImage, ignored } = first.cache;
  const starts = parts.map((_, place) => parts.slice(0, place).reduce((sum, part) => sum + part.indexes.length, 0));
  const recipe = recipeOf(parts);
  return {
    count: parts.reduce((sum, part) => sum + part.indexes.length, 0),
    shape,
    valuesPerImage,
    ...(ignored && { ignored }),
    ...(recipe && { recipe }),
    read(indexes, out) {
      parts.forEach(({ cache, indexes: own }, place) => {
        const start = starts[place] ?? 0;
        const rows: number[] = [];
        const wanted: number[] = [];
        for (let row = 0; row < indexes.length; row++) {
          const index = (indexes[row] ?? 0) - start;
          const inner = index >= 0 ? own[index] : undefined;
          if (inner === undefined) continue;
          rows.push(row);
          wanted.push(inner);
        }
        if (wanted.length === indexes.length) {
          cache.read(wanted, out);
          return;
        }
        if (wanted.length === 0) return;
        const block = new Float32Array(wanted.length * valuesPerImage);
        cache.read(wanted, block);
        rows.forEach((row, from) => {
          out.set(block.subarray(from * valuesPerImage, (from + 1) * valuesPerImage), row * valuesPerImage);
        });
      });
    },
    close: () => Promise.resolve(),
  };
}

/** Undefined when one of the parts has none. */
function recipeOf(parts: readonly CachePart[]): CacheRecipe | undefined {
  const known = parts.flatMap(({ cache, indexes }) => (cache.recipe ? [{ cache: cache.recipe, indexes }] : []));
  return known.length === parts.length ? { kind: 'joined', parts: known } : undefined;
}
