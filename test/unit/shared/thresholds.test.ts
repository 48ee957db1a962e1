import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/shared/errors';
import { flagImages } from '../../../src/shared/flags';
import { randomStream } from '../../../src/shared/random';
import { thresholdMethods } from '../../../src/shared/settings';
import type { ThresholdSetting } from '../../../src/shared/settings';
import { chooseThreshold, formatThreshold, parseThreshold, thresholdMethodTable } from '../../../src/shared/thresholds';
import type { ThresholdInput } from '../../../src/shared/thresholds';
import { tailOf } from '../../../src/shared/tail';

function flagCount(setting: ThresholdSetting, input: ThresholdInput): number {
  const { value } = chooseThreshold(setting, input);
  return Array.from(input.scores).filter((score) => score >= value).length;
}

/** 200 scores as the composite has them: the usual ones a half-normal bulk from zero, six far out. */
function composite(): Float32Array {
  const bulk = Array.from({ length: 194 }, (_, i) => Math.max(0, 4 * Math.tan(((i / 194) * 2 - 1) * 0.9)));
  return Float32Array.from([...bulk, 30, 35, 40, 50, 60, 80]);
}

function reason(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect(error).toHaveProperty('code', 'settings-invalid');
    if (error instanceof UserError) return error.message;
  }
  return expect.fail('nothing was refused');
}

describe('the automatic threshold', () => {
  it('flags no more than without marks where they stretch the scores, and fewer where they lower some', () => {
    const scores = composite();
    const untaught = { scores };
    const stretched = scores.map((score) => (score > 5 ? score * 2 : score));
    expect(flagCount({ method: 'auto' }, { scores: stretched, untaught })).toBe(6);
    expect(flagCount({ method: 'auto' }, { scores: stretched.map((score) => score + 100), untaught })).toBe(6);
    const lowered = scores.map((score) => (score === 40 || score === 50 ? 1 : score));
    expect(flagCount({ method: 'auto' }, { scores: lowered, untaught })).toBe(4);
    const none = { scores: new Float32Array(scores.length) };
    expect(flagCount({ method: 'auto' }, { scores: stretched, untaught: none })).toBe(0);
  });

  it('flags what stands far out of the bulk and nothing of the bulk', () => {
    expect(flagCount({ method: 'auto' }, { scores: composite() })).toBe(6);
  });

  it('flags nothing in a folder of equal images', () => {
    expect(flagCount({ method: 'auto' }, { scores: new Float32Array(50) })).toBe(0);
    expect(flagCount({ method: 'auto' }, { scores: new Float32Array(50).fill(7) })).toBe(0);
  });

  it('finds the one image that differs from many equal ones', () => {
    const scores = new Float32Array(50);
    scores[17] = 9;
    expect(flagCount({ method: 'auto' }, { scores })).toBe(1);
  });
});

describe('the tail of usual scores', () => {
  /** 2,000 scores of an exponential distribution with mean 1, by their quantiles. */
  const usual = Float32Array.from({ length: 2000 }, (_, i) => -Math.log(1 - (i + 0.5) / 2000));
  const odd = Float32Array.from({ length: 40 }, (_, i) => 12 + i / 10);

  it.each([0.05, 0.01, 0.002])('leaves a share of %f of them above evt’s line', (share) => {
    const flagged = flagCount({ method: 'evt', parameter: share }, { scores: usual });
    expect(flagged / usual.length).toBeCloseTo(share, 3);
  });

  it('hardly moves by some odd ones', () => {
    const alone = chooseThreshold({ method: 'evt' }, { scores: usual }).value;
    const together = chooseThreshold({ method: 'evt' }, { scores: Float32Array.of(...usual, ...odd) }).value;
    expect(together / alone).toBeGreaterThan(1);
    expect(together / alone).toBeLessThan(1.15);
  });

  it('is not the odd ones’ where these are an eighth of all', () => {
    const many = Float32Array.from({ length: 286 }, (_, i) => 12 + i / 100);
    const { value } = chooseThreshold({ method: 'auto' }, { scores: Float32Array.of(...usual, ...many) });
    expect(value).toBeGreaterThan(4);
    expect(value).toBeLessThan(12);
  });

  it('is that of images known to be usual, where there are some, however many odd ones are scored', () => {
    const tail = tailOf(Float64Array.from(usual));
    const { value } = chooseThreshold({ method: 'auto' }, { scores: odd, usual: tail });
    expect(value).toBeCloseTo(-Math.log(0.01), 1);
  });
});

describe('the Gaussian mixture', () => {
  it('parts a bell and a second group beyond it, and flags nothing of the bell alone', () => {
    const random = randomStream(0, 'bell');
    const bell = Float32Array.from({ length: 1000 }, () => random.normal());
    const group = Float32Array.from({ length: 60 }, () => 8 + 1.5 * random.normal());
    const { value } = chooseThreshold({ method: 'gmm' }, { scores: Float32Array.of(...bell, ...group) });
    expect(value).toBeGreaterThan(3);
    expect(value).toBeLessThan(5.5);
    expect(flagCount({ method: 'gmm' }, { scores: bell })).toBeLessThanOrEqual(2);
  });
});

describe('the methods that need nothing', () => {
  const ten = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

  it('take a value as it is', () => {
    expect(chooseThreshold({ method: 'value', parameter: 6.5 }, { scores: ten })).toEqual({
      value: 6.5,
      method: 'value',
      parameter: 6.5,
    });
  });

  it('lay a percentile on the line between neighbours', () => {
    expect(chooseThreshold({ method: 'percentile', parameter: 75 }, { scores: ten }).value).toBeCloseTo(7.75, 10);
  });

  it.each([
    [0, 0],
    [0.1, 1],
    [0.25, 3],
    [0.04, 0],
    [1, 10],
  ])('flag the rounded share %d of ten images for contamination: %d', (parameter, flagged) => {
    expect(flagCount({ method: 'contamination', parameter }, { scores: ten })).toBe(flagged);
  });

  it('count a contamination among the readable images only', () => {
    const scores = Float32Array.of(NaN, NaN, NaN, NaN, NaN, 1, 2, 3, 4, 5);
    expect(flagCount({ method: 'contamination', parameter: 0.4 }, { scores })).toBe(2);
  });

  it('flag all images that tie at the end of a contamination', () => {
    const scores = Float32Array.of(1, 1, 2, 2, 2, 3);
    expect(flagCount({ method: 'contamination', parameter: 2 / 6 }, { scores })).toBe(4);
  });

  it('put mad a number of robust deviations above the median', () => {
    // Median 5.5, MAD 2.5.
    const { value } = chooseThreshold({ method: 'mad', parameter: 2 }, { scores: ten });
    expect(value).toBeCloseTo(5.5 + 2 * 1.4826 * 2.5, 10);
  });

  it('fall as the share to flag grows', () => {
    const scores = composite();
    const values = [0.01, 0.02, 0.05, 0.1, 0.3].map(
      (parameter) => chooseThreshold({ method: 'contamination', parameter }, { scores }).value,
    );
    expect(values).toEqual([...values].sort((a, b) => b - a));
  });

  it('let otsu part two groups halfway, in spite of a wild score', () => {
    const scores = Float32Array.of(1, 1.2, 1.1, 0.9, 1, 1.3, 0.8, 1.05, 3, 3.2, 3.1, 2.9, 1e6);
    const { value } = chooseThreshold({ method: 'otsu' }, { scores });
    expect(value).toBeGreaterThan(1.3);
    expect(value).toBeLessThanOrEqual(2.9);
  });
});

describe('the methods that need labels', () => {
  const scores = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const labels = Int8Array.of(0, 0, 0, 1, 0, 0, 1, 1);

  it('choose the best F1', () => {
    // At 7: two of three found, no false alarm: 0.8; at 4: all found, two false alarms: 0.75.
    expect(chooseThreshold({ method: 'f1' }, { scores, labels }).value).toBe(7);
  });

  it('choose the best sum of both rates', () => {
    // At 7: 2/3 + 1; at 4: 1 + 3/5.
    expect(chooseThreshold({ method: 'youden' }, { scores, labels }).value).toBe(7);
  });

  it('go down only as far as the wanted true positive rate needs', () => {
    expect(chooseThreshold({ method: 'tpr', parameter: 0.6 }, { scores, labels }).value).toBe(7);
    expect(chooseThreshold({ method: 'tpr', parameter: 0.9 }, { scores, labels }).value).toBe(4);
  });

  it.each(['f1', 'youden', 'tpr'] as const)('say that %s needs labels', (method) => {
    expect(reason(() => chooseThreshold({ method }, { scores }))).toMatch(/needs labels/);
  });

  it('say that labels of one kind only are not enough', () => {
    expect(reason(() => chooseThreshold({ method: 'f1' }, { scores, labels: new Int8Array(8) }))).toMatch(/both/);
  });
});

describe('the automatic threshold beside known anomalies', () => {
  const scores = Float32Array.from({ length: 1000 }, (_, i) => -Math.log(1 - (i + 0.5) / 1000));
  const at = (known?: Float32Array) => chooseThreshold({ method: 'auto' }, { scores, ...(known && { known }) }).value;
  const alone = at();

  it('falls until four in five of them are found', () => {
    const known = Float32Array.from({ length: 11 }, (_, i) => 3 + i / 2);
    expect(at(known)).toBeCloseTo(4, 6);
    expect(alone).toBeGreaterThan(4.5);
  });

  it('falls no lower than where one in twenty usual images is expected above it', () => {
    expect(at(new Float32Array(50).fill(0.5))).toBeCloseTo(Math.log(20), 1);
  });

  it('stays where they are found anyway, or are too few', () => {
    expect(at(new Float32Array(50).fill(20))).toBe(alone);
    expect(at(new Float32Array(9).fill(3))).toBe(alone);
    expect(at(new Float32Array(20).fill(NaN))).toBe(alone);
  });
});

describe('the methods that need known anomalies', () => {
  const scores = Float32Array.of(0, 1, 2, 3);
  const known = Float32Array.of(4, NaN, 2, 9);

  it.each([
    ['known-min', 2],
    ['known-mean', 5],
    ['known-max', 9],
  ] as const)('%s lies at %d, unreadable ones left out', (method, value) => {
    expect(chooseThreshold({ method }, { scores, known }).value).toBe(value);
  });

  it.each(['known-min', 'known-mean', 'known-max'] as const)('say that %s needs them', (method) => {
    expect(reason(() => chooseThreshold({ method }, { scores }))).toMatch(/--known-anomalies/);
  });
});

describe('a threshold by images known to be usual', () => {
  const scores = Float32Array.of(1, 2, 3);
  /** 99 of them: each is one in a hundred, with the next one. */
  const normals = Float32Array.from({ length: 99 }, (_, i) => i + 1);

  it.each([
    [0.01, 99],
    [0.05, 95],
    [0.5, 50],
  ])('lets a share of %f of them lie above it', (parameter, value) => {
    expect(chooseThreshold({ method: 'normals', parameter }, { scores, normals }).value).toBe(value);
  });

  it('goes by their tail where they are too few for the share', () => {
    const { value } = chooseThreshold({ method: 'normals', parameter: 0.001 }, { scores, normals });
    expect(value).toBeGreaterThan(99);
    expect(value).toBeLessThan(1000);
  });

  it('says where such images come from when there are none', () => {
    expect(reason(() => chooseThreshold({ method: 'normals' }, { scores }))).toMatch(/--validation .* --train-on/);
  });
});

describe('a threshold by the wanted share of known anomalies', () => {
  const scores = Float32Array.of(1, 2, 3);
  const known = Float32Array.from({ length: 20 }, (_, i) => i + 1);

  it.each([
    [1, 1],
    [0.95, 2],
    [0.5, 11],
  ])('finds a share of %f of them', (parameter, value) => {
    expect(chooseThreshold({ method: 'known-tpr', parameter }, { scores, known }).value).toBe(value);
  });

  it('flags none of them where none is wanted', () => {
    const { value } = chooseThreshold({ method: 'known-tpr', parameter: 0 }, { scores, known });
    expect(value).toBeGreaterThan(20);
  });
});

describe('a threshold by the false positive rate', () => {
  const scores = Float32Array.of(9, 8, 7, 6, 5, 4, 3);
  const labels = Int8Array.of(1, 0, 1, 0, 0, 1, 0);

  it('is the highest that finds as many anomalies as the rate allows', () => {
    expect(chooseThreshold({ method: 'fpr', parameter: 0.25 }, { scores, labels }).value).toBe(7);
    expect(chooseThreshold({ method: 'fpr', parameter: 0.75 }, { scores, labels }).value).toBe(4);
  });

  it('flags nothing where the strangest image is good and no false alarm is allowed', () => {
    const goodFirst = Int8Array.of(0, 1, 1, 0, 0, 1, 0);
    const { value } = chooseThreshold({ method: 'fpr', parameter: 0 }, { scores, labels: goodFirst });
    expect(value).toBeGreaterThan(9);
  });
});

describe('every threshold', () => {
  it.each(thresholdMethods)('of method %s is a finite number for any scores', (method) => {
    const labels = Int8Array.of(0, 1, 0, 1);
    const known = Float32Array.of(1);
    for (const scores of [Float32Array.of(0, 0, 0, 0), Float32Array.of(NaN, 1, 2, 3), Float32Array.of(-3, 8, 2, 2)]) {
      const input = { scores, labels, known, normals: known };
      expect(Number.isFinite(chooseThreshold({ method }, input).value)).toBe(true);
    }
  });

  it('flags a score that is equal to it', () => {
    const flags = flagImages({
      scores: Float32Array.of(1, 2, 3),
      threshold: 2,
      hashes: ['a', 'b', 'c'],
      unreadable: 'keep',
      decisions: {},
    });
    expect([...flags]).toEqual([0, 1, 1]);
  });

  it('flags nothing where no image has a score', () => {
    expect(flagCount({ method: 'auto' }, { scores: Float32Array.of(NaN, NaN) })).toBe(0);
  });

  it('refuses a parameter out of range in words', () => {
    const message = reason(() => chooseThreshold({ method: 'percentile', parameter: 140 }, { scores: [1] }));
    expect(message).toContain('from 0 to 100, not 140');
  });
});

describe('a threshold in writing', () => {
  it.each(['auto', 'mad', 'mad:2.5', 'percentile:95', 'value:-1.25', 'known-max', 'tpr:0.9'])(
    '%s reads back as it was',
    (text) => expect(formatThreshold(parseThreshold(text))).toBe(text),
  );

  it.each([
    ['gmmm', /no threshold method “gmmm”; choose one of auto, value:3\.5, percentile:95/],
    ['percentile:x', /takes a number from 0 to 100, such as percentile:95/],
    ['percentile:', /takes a number/],
    ['percentile:101', /from 0 to 100/],
    ['contamination:5', /from 0 to 1/],
    ['otsu:3', /takes no number/],
    ['value', /needs a number/],
    ['mad:1:2', /is not a threshold/],
    ['', /no threshold method/],
  ])('“%s” is refused with what would be right', (text, message) => {
    expect(reason(() => parseThreshold(text))).toMatch(message);
  });
});

describe('the table of methods', () => {
  it('describes each method, and its default works', () => {
    const table = thresholdMethodTable();
    expect(table.map(({ method }) => method)).toEqual([...thresholdMethods]);
    for (const { title, assumes, parameter } of table) {
      expect(title).not.toBe('');
      expect(assumes).toMatch(/\.$/);
      if (parameter) {
        expect(parameter.default).toBeGreaterThanOrEqual(parameter.min);
        expect(parameter.default).toBeLessThanOrEqual(parameter.max);
      }
    }
  });
});
