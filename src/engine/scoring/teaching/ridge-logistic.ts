/** Logistic regression for few marks among many numbers. */
import type { Matrix } from '../../compute/backend';
import { whitening } from '../linear-algebra';

export interface LogisticProblem {
  /** [images, columns] */
  readonly rows: Matrix;
  /** 1 or 0, [images]. */
  readonly targets: ArrayLike<number>;
  /** How much each image counts, [images]. */
  readonly weights: ArrayLike<number>;
  /** The log-odds that were known before, [images]. */
  readonly offsets: ArrayLike<number>;
  /** Of the squared length of the coefficients. */
  readonly ridge: number;
}

const mostSteps = 25;
/** Halvings of a step that made it worse. */
const mostHalvings = 12;
const smallestGain = 1e-7;
/** The intercept is hardly held back; without any ridge it would run off where all targets are the same. */
const interceptRidge = 1e-3;

/**
 * The coefficients [columns] that minimise Σ wᵢ·log(1 + exp(−sᵢ·(offsetᵢ + b₀ + xᵢ·b))) + ridge/2·|b|² with s = ±1, by
 * Newton's method. The function is convex; each step is halved until it gains.
 */
export function ridgeLogistic(problem: LogisticProblem): Float64Array {
  const { columns } = problem.rows;
  let coefficients = new Float64Array(columns + 1);
  let cost = costOf(problem, coefficients);
  for (let step = 0; step < mostSteps; step++) {
    const direction = newtonDirection(problem, coefficients);
    let length = 1;
    let next = moved(coefficients, direction, length);
    let nextCost = costOf(problem, next);
    for (let halving = 0; halving < mostHalvings && !(nextCost < cost); halving++) {
      length /= 2;
      next = moved(coefficients, direction, length);
      nextCost = costOf(problem, next);
    }
    if (!(nextCost < cost)) break;
    const gain = cost - nextCost;
    coefficients = next;
    cost = nextCost;
    if (gain < smallestGain * Math.max(1, Math.abs(cost))) break;
  }
  return coefficients.subarray(0, columns);
}

function moved(from: Float64Array, direction: Float64Array, length: number): Float64Array<ArrayBuffer> {
  return Float64Array.from(from, (value, place) => value + length * (direction[place] ?? 0));
}

function costOf(problem: LogisticProblem, coefficients: Float64Array): number {
  const { rows, targets, weights, offsets } = problem;
  let cost = 0;
  for (let row = 0; row < rows.rows; row++) {
    const logit = (offsets[row] ?? 0) + predict(rows, row, coefficients);
    const against = targets[row] === 1 ? -logit : logit;
    cost += (weights[row] ?? 0) * (Math.max(0, against) + Math.log1p(Math.exp(-Math.abs(against))));
  }
  return coefficients.reduce((sum, value, place) => sum + (ridgeAt(problem, place) * value * value) / 2, cost);
}

function newtonDirection(problem: LogisticProblem, coefficients: Float64Array): Float64Array {
  const { rows, targets, weights, offsets } = problem;
  const { columns, data } = rows;
  const size = columns + 1;
  const gradient = coefficients.map((value, place) => -ridgeAt(problem, place) * value);
  const curvature = new Float64Array(size * size);
  const extended = new Float64Array(size).fill(1);
  for (let row = 0; row < rows.rows; row++) {
    extended.set(data.subarray(row * columns, (row + 1) * columns));
    const logit = (offsets[row] ?? 0) + predict(rows, row, coefficients);
    const chance = 1 / (1 + Math.exp(-logit));
    const weight = weights[row] ?? 0;
    const pull = weight * ((targets[row] ?? 0) - chance);
    const bend = weight * chance * (1 - chance);
    for (let column = 0; column < size; column++) {
      const value = extended[column] ?? 0;
      gradient[column] = (gradient[column] ?? 0) + pull * value;
      const factor = bend * value;
      const start = column * size;
      for (let other = 0; other <= column; other++) {
        curvature[start + other] = (curvature[start + other] ?? 0) + factor * (extended[other] ?? 0);
      }
    }
  }
  for (let column = 0; column < size; column++) {
    const diagonal = column * size + column;
    curvature[diagonal] = (curvature[diagonal] ?? 0) + ridgeAt(problem, column);
  }
  return solve(curvature, gradient);
}

/** Only the lower triangle of the symmetric `matrix` is read; it is overwritten. */
function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const inverse = whitening(matrix, size);
  const half = new Float64Array(size);
  const solution = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    let sum = 0;
    for (let column = 0; column <= row; column++) sum += (inverse[row * size + column] ?? 0) * (right[column] ?? 0);
    half[row] = sum;
  }
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      solution[column] = (solution[column] ?? 0) + (inverse[row * size + column] ?? 0) * (half[row] ?? 0);
    }
  }
  return solution;
}

/** The last coefficient is the intercept. */
function predict({ columns, data }: Matrix, row: number, coefficients: Float64Array): number {
  let sum = coefficients[columns] ?? 0;
  const start = row * columns;
  for (let column = 0; column < columns; column++) sum += (data[start + column] ?? 0) * (coefficients[column] ?? 0);
  return sum;
}

function ridgeAt({ rows, ridge }: LogisticProblem, place: number): number {
  return place < rows.columns ? ridge : interceptRidge;
}
