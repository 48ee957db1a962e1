import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { usefulThreads } from '../../../src/engine/pipeline/capacity';

describe('the threads of a run', () => {
  it('are as many as asked for, but never more than run at once', () => {
    expect(usefulThreads({ threads: 1 })).toBe(1);
    expect(usefulThreads({ threads: 1024 })).toBe(availableParallelism());
  });

  it('are all where none were asked for', () => {
    expect(usefulThreads({})).toBe(availableParallelism());
  });
});
