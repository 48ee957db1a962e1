import { expect, it } from 'vitest';
import { mostStepsInRun } from '../../../src/engine/compute/onnx/steps-in-run';

it.each([
  ['a small state any number of steps', 82, Infinity],
  ['a state of which four fit any number', 150, Infinity],
  ['a state of which only three fit two', 184, 2],
  ['a state that does not fit thrice a single one', 201, 1],
])('a run makes with %s', (_title, mebibytes, steps) => {
  expect(mostStepsInRun(mebibytes * 2 ** 20)).toBe(steps);
});
