/** Which array of several is for what, by the names people give them. */
import type { ArrayReport } from '../../shared/contracts';

export interface ArraySuggestion {
  /** To train on, when it is another than the one to score. */
  readonly train?: string;
  readonly score?: string;
  readonly validation?: string;
}

type Role = keyof ArraySuggestion;

const words: Readonly<Record<string, Role>> = {
  train: 'train',
  training: 'train',
  tr: 'train',
  test: 'score',
  testing: 'score',
  te: 'score',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
};

/**
 * `x_train` and `x_test`, `train` and `test`, `testImages`, … Arrays that are no images are passed over. Without names
 * that tell, the only array is to be scored; of several none is suggested. A role that two arrays claim goes to the one
 * with more images.
 */
export function suggestArrays(reports: readonly ArrayReport[]): ArraySuggestion {
  const usable = reports.filter(({ problem }) => problem === undefined);
  const [only, ...others] = usable;
  if (only !== undefined && others.length === 0) return { score: only.name };
  const chosen: Partial<Record<Role, ArrayReport>> = {};
  for (const report of usable) {
    const role = roleOf(report.name);
    if (role === undefined) continue;
    const rival = chosen[role];
    if (rival === undefined || (report.shape[0] ?? 0) > (rival.shape[0] ?? 0)) chosen[role] = report;
  }
  const score = chosen.score ?? chosen.validation ?? chosen.train;
  if (score === undefined) return {};
  return {
    score: score.name,
    ...(chosen.train !== undefined && chosen.train !== score && { train: chosen.train.name }),
    ...(chosen.validation !== undefined && chosen.validation !== score && { validation: chosen.validation.name }),
  };
}

/** Names are cut at punctuation, digits and capitals: `x_test`, `testImages`, `X-Train2`. */
function roleOf(name: string): Role | undefined {
  const parts =
    name
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .match(/[a-z]+/g) ?? [];
  for (const part of parts) {
    const role = words[part];
    if (role !== undefined) return role;
  }
  return undefined;
}
