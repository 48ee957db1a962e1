/**
 * Products whose rows do not depend on how many rows there are. Kernels share work among threads by the shape of the
 * product, and then add up in another order; so a last, shorter block of images is filled up with zeros.
 */
import type { MatrixMultiplier } from './backend';

/** @param rows of all blocks but the last; the caller still disposes `multiplier` */
export function withSteadyRows(multiplier: MatrixMultiplier, rows: number): MatrixMultiplier {
  return {
    multiply: async (a, b, options) => {
      if (options?.transposeA === true || a.rows >= rows) return multiplier.multiply(a, b, options);
      const data = new Float32Array(rows * a.columns);
      data.set(a.data.subarray(0, a.rows * a.columns));
      const product = await multiplier.multiply({ rows, columns: a.columns, data }, b, options);
      return { ...product, rows: a.rows, data: product.data.subarray(0, a.rows * product.columns) };
    },
    dispose: () => Promise.resolve(),
  };
}
