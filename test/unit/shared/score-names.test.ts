import { describe, expect, it } from 'vitest';
import { networkScores } from '../../../src/engine/scoring/scores';
import { scoreColumns, scoreExplanation, scoreTitle } from '../../../src/shared/score-names';

describe('score names', () => {
  it('explain every score that the engine computes', () => {
    const computed = ['anomaly', 'blend', 'pca', ...networkScores.map(({ name }) => name)];
    expect([...scoreColumns].sort()).toEqual(computed.sort());
    for (const column of scoreColumns) {
      expect(scoreTitle(column)).not.toBe(column);
      expect(scoreExplanation(column)).toMatch(/\.$/);
    }
  });

  it('call a column of a later version by its own name', () => {
    expect(scoreTitle('later')).toBe('later');
    expect(scoreExplanation('later')).toContain('higher is stranger');
  });
});
