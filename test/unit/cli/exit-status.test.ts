import { describe, expect, it } from 'vitest';
import { statusOfError } from '../../../src/cli/exit-status';

describe('the exit status of an error', () => {
  it.each([
    ['source-missing', 2],
    ['settings-invalid', 2],
    ['labels-invalid', 2],
    ['run-missing', 2],
    ['disk-full', 1],
    ['training-diverged', 1],
    ['internal', 1],
    ['cancelled', 3],
  ] as const)('%s is %d', (code, status) => expect(statusOfError(code)).toBe(status));
});
