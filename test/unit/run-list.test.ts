import { describe, expect, it } from 'vitest';
import { groupRuns } from '../../src/extension/run-list/run-summary';
import { scoreCommandText } from '../../src/shared/command-line-text';
import { defaultSettings, type ScanRequest } from '../../src/shared/settings';

describe('the list of runs', () => {
  it('groups runs by their source, the newest first, by their names alone', () => {
    const runs = [
      '/d/.anomaly-review/cats-20260102-080000',
      '/d/.anomaly-review/my own',
      '/d/.anomaly-review/dogs-20260301-080000',
      '/d/.anomaly-review/cats-20260201-080000-2',
      '/e/.anomaly-review/cats-20260401-080000',
    ];
    const groups = groupRuns([...runs, ...runs.slice(0, 1)]);
    expect(groups.map(({ title, runs: members }) => [title, members.map(({ madeAt }) => madeAt)])).toEqual([
      ['cats', ['20260401-080000']],
      ['dogs', ['20260301-080000']],
      ['cats', ['20260201-080000', '20260102-080000']],
      ['my own', [undefined]],
    ]);
  });

  it('copies what scores again with a trained run, and nothing of how that was trained', () => {
    const request = {
      source: '/d/new cats',
      withSource: 'auto' as const,
      model: '/d/run',
      shard: { index: 2, of: 3 },
      settings: { ...defaultSettings, epochs: 9, threads: 2 },
    };
    expect(scoreCommandText(request, 'posix')).toBe(
      "anomaly-review score /d/run '/d/new cats' --shard 2/3 --threads 2",
    );
    const asked = (areas: ScanRequest['settings']['areas']) =>
      scoreCommandText({ ...request, settings: { ...request.settings, ...(areas && { areas }) } }, 'posix');
    expect(asked([])).toContain(' --no-areas');
    expect(asked([{ kind: 'ignore', x0: 0.8, y0: 0, x1: 1, y1: 1 }])).toContain(' --ignore 0.8,0,1,1');
  });
});
