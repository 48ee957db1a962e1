/** Images of which a part does not count. */
import type { IgnoredValues, TensorCache } from './dataset';

/** The same images with what is ignored filled in. Closing it closes the cache. */
export function withIgnored(cache: TensorCache, ignored: IgnoredValues): TensorCache {
  const { count, shape, valuesPerImage, recipe } = cache;
  return {
    count,
    shape,
    valuesPerImage,
    ignored,
    ...(recipe && { recipe: { kind: 'ignoring' as const, cache: recipe, ignored } }),
    read(indexes, out) {
      cache.read(indexes, out);
      fillIgnored(ignored, out.subarray(0, indexes.length * valuesPerImage), valuesPerImage);
    },
    close: () => cache.close(),
  };
}

/** @param images [count, values], changed in place */
export function fillIgnored({ places, fill }: IgnoredValues, images: Float32Array, valuesPerImage: number): void {
  for (let start = 0; start < images.length; start += valuesPerImage) {
    for (let at = 0; at < places.length; at++) images[start + (places[at] ?? 0)] = fill[at] ?? 0;
  }
}

/** Makes the ignored values of `drawings` those of `images`, so that they differ nowhere there: both [count, values]. */
export function overlookIgnored(
  { places }: IgnoredValues,
  images: Float32Array,
  drawings: Float32Array,
  valuesPerImage: number,
): void {
  for (let start = 0; start < images.length; start += valuesPerImage) {
    for (const place of places) drawings[start + place] = images[start + place] ?? 0;
  }
}
