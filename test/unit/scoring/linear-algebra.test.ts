import { describe, expect, it } from 'vitest';
import { whitening } from '../../../src/engine/scoring/linear-algebra';

describe('whitening', () => {
  it('turns the matrix into the identity from both sides', () => {
    const size = 5;
    const matrix = Float64Array.from({ length: size * size }, (_, place) => {
      const [row, column] = [Math.floor(place / size), place % size];
      return row === column ? 2 + row : 0.3 / (1 + Math.abs(row - column));
    });
    const w = whitening(Float64Array.from(matrix), size);
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        let sum = 0;
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < size; j++) {
            sum += (w[row * size + i] ?? 0) * (matrix[i * size + j] ?? 0) * (w[column * size + j] ?? 0);
          }
        }
        expect(sum).toBeCloseTo(row === column ? 1 : 0, 12);
      }
    }
  });

  it('refuses a matrix that is not positive definite', () => {
    expect(() => whitening(Float64Array.of(1, 2, 2, 1), 2)).toThrow(/not positive definite in row 1/);
  });
});
