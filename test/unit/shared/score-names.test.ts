import { describe, expect, it } from 'vitest';
import { networkScores } from '../../../src/engine/scoring/scores';
import { scoreColumns, scoreName } from '../../../src/shared/score-names';

describe('score names', () => {
  it('explain every score that the engine computes', () => {
    const computed = ['anomaly', 'pca', ...networkScores.map(({ name }) => name)];
    expect([...scoreColumns].sort()).toEqual(computed.sort());
    for (const column of scoreColumns) {
      expect(scoreName(column).title).not.toBe(column);
      expect(scoreName(column).explanation).toMatch(/\.$/);
    }
  });

  it('call a column of a later version by its own name', () => {
    expect(scoreName('ssim').title).toBe('ssim');
    expect(scoreName('ssim').explanation).toContain('higher is stranger');
  });
});
