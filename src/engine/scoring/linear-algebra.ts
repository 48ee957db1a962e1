/**
 * What the covariance models need beyond products. The library at hand (ml-matrix) has the same factorisation at a
 * third of the speed and no triangular inverse; with 1,446 features this is the slowest part of a scan's scoring.
 */

/**
 * The inverse of the lower Cholesky factor of a symmetric positive definite matrix: W with W·A·Wᵀ = I, so that the
 * squared length of W·x is xᵀ·A⁻¹·x. Row-major float64 [n, n]; `matrix` is overwritten.
 * @throws RangeError when the matrix is not positive definite
 */
export function whitening(matrix: Float64Array, size: number): Float64Array {
  factorise(matrix, size);
  return invertLowerTriangle(matrix, size);
}

function factorise(matrix: Float64Array, size: number): void {
  for (let column = 0; column < size; column++) {
    const pivot = matrix[column * size + column] ?? 0;
    const rest = pivot - dot(matrix, column * size, column * size, column);
    if (!(rest > 0)) throw new RangeError(`not positive definite in row ${column}`);
    const diagonal = Math.sqrt(rest);
    matrix[column * size + column] = diagonal;
    for (let row = column + 1; row < size; row++) {
      const place = row * size + column;
      matrix[place] = ((matrix[place] ?? 0) - dot(matrix, row * size, column * size, column)) / diagonal;
    }
  }
}

/** Rows of the inverse are built from the rows above them: x[row] = (e[row] − Σ L[row, k]·x[k]) / L[row, row]. */
function invertLowerTriangle(lower: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const target = inverse.subarray(row * size, row * size + row + 1);
    for (let k = 0; k < row; k++) {
      const factor = lower[row * size + k] ?? 0;
      if (factor === 0) continue;
      const source = k * size;
      for (let column = 0; column <= k; column++) {
        target[column] = (target[column] ?? 0) - factor * (inverse[source + column] ?? 0);
      }
    }
    const scale = 1 / (lower[row * size + row] ?? 1);
    for (let column = 0; column < row; column++) target[column] = (target[column] ?? 0) * scale;
    target[row] = scale;
  }
  return inverse;
}

/** Four running sums keep the processor's multipliers busy; one would wait for itself. */
function dot(values: Float64Array, first: number, second: number, length: number): number {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let k = 0;
  for (; k + 3 < length; k += 4) {
    sum0 += (values[first + k] ?? 0) * (values[second + k] ?? 0);
    sum1 += (values[first + k + 1] ?? 0) * (values[second + k + 1] ?? 0);
    sum2 += (values[first + k + 2] ?? 0) * (values[second + k + 2] ?? 0);
    sum3 += (values[first + k + 3] ?? 0) * (values[second + k + 3] ?? 0);
  }
  for (; k < length; k++) sum0 += (values[first + k] ?? 0) * (values[second + k] ?? 0);
  return sum0 + sum1 + sum2 + sum3;
}
