import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KeptState } from '../../src/extension/kept-state';
import { scratchFolder } from '../fixtures/scratch-folder';

const scratch = scratchFolder();
const problems: unknown[] = [];
const open = (...place: string[]) => new KeptState(scratch.path(...place), (error) => problems.push(error));

describe('what is remembered of a workspace', () => {
  it('is on disk as soon as it is said, and found by the next window', () => {
    const state = open('storage', 'kept.json');
    expect(state.get('runs')).toBeUndefined();
    state.update('runs', ['/a']);
    state.update('last', '/a');
    expect(JSON.parse(readFileSync(scratch.path('storage', 'kept.json'), 'utf8'))).toEqual({
      runs: ['/a'],
      last: '/a',
    });
    expect(readdirSync(scratch.path('storage'))).toEqual(['kept.json']);
    expect(open('storage', 'kept.json').get('runs')).toEqual(['/a']);
  });

  it('takes in what another window says meanwhile', () => {
    const [one, other] = [open('kept.json'), open('kept.json')];
    one.update('runs', ['/a']);
    other.update('last', '/b');
    expect(one.get('last')).toBe('/b');
    expect(other.get('runs')).toEqual(['/a']);
  });

  it.each(['', '{"runs":', 'null', '[]', '7'])('is nothing where the file says %j, and can be said anew', (text) => {
    scratch.write('kept.json', text);
    const state = open('kept.json');
    expect(state.get('runs')).toBeUndefined();
    state.update('runs', ['/a']);
    expect(open('kept.json').get('runs')).toEqual(['/a']);
  });

  it('lasts until the editor closes where it cannot be written, which is told', () => {
    scratch.write('file', 'in the way');
    const state = open('file', 'kept.json');
    problems.length = 0;
    state.update('runs', ['/a']);
    expect(state.get('runs')).toEqual(['/a']);
    expect(problems).toHaveLength(1);
  });
});
