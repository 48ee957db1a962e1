import { describe, expect, it } from 'vitest';
import { histogram } from '../../../src/engine/views/report/histogram';
import { markup, nameMarkup } from '../../../src/engine/views/report/markup';
import { repeatSection, runSection } from '../../../src/engine/views/report/sections';
import { judge } from '../../../src/shared/judgement';
import type { RunRecord, RunSnapshot } from '../../../src/shared/run';
import { requestFor } from '../runs/requests';

describe('the report’s markup', () => {
  it('escapes all that it did not write itself, inside of attributes too', () => {
    const name = `a"b'c<d>&amp;`;
    expect(markup`<p title="${name}">${name}${[markup`<br>`, undefined, 7]}</p>`.text).toBe(
      '<p title="a&#34;b&#39;c&#60;d&#62;&#38;amp;">a&#34;b&#39;c&#60;d&#62;&#38;amp;<br>7</p>',
    );
  });

  it('spells out what would break lines or turn the direction of writing', () => {
    expect(nameMarkup('a\n\u202egpj.exe').text).toBe('<bdi class="name">a\\n\\u202egpj.exe</bdi>');
  });
});

describe('the report’s histogram', () => {
  const bars = (text: string) =>
    [...text.matchAll(/<rect class="(usual|odd)" x="([\d.]+)"/g)].map(([, kind, x]) => [kind, Number(x)] as const);
  const lineOf = (text: string) => Number(/<line[^>]* x1="([\d.]+)"/.exec(text)?.[1]);

  it('has all that is flagged on the other side of the line', () => {
    const scores = Float32Array.from([NaN, 0, 0.1, 0.2, 0.3, 0.5, 1, 3, 3.5, 9, 100]);
    for (const threshold of [-1, 0, 0.2, 3, 3.2, 50, 100, 200]) {
      const { text } = histogram(scores, threshold);
      for (const [kind, x] of bars(text)) expect(x >= lineOf(text), `${threshold}`).toBe(kind === 'odd');
      expect(bars(text).some(([kind]) => kind === 'odd')).toBe(threshold <= 100);
      expect(bars(text).some(([kind]) => kind === 'usual')).toBe(threshold > 0);
    }
  });

  it('is there for equal scores and for one, and empty without any', () => {
    expect(bars(histogram(Float32Array.of(2, 2, 2), 3).text)).toHaveLength(1);
    expect(bars(histogram(Float32Array.of(2), 2).text)).toHaveLength(1);
    expect(histogram(Float32Array.of(NaN), 2).text).toBe('');
  });
});

/** A finished run of two images, one of them odd. */
function finishedRun(record: Partial<RunRecord>): RunSnapshot {
  return {
    runFolder: '/data/run',
    record: {
      version: 1,
      request: requestFor('/data/new ones'),
      createdAt: '2026-01-01T00:00:00.000Z',
      versions: {},
      status: 'done',
      phase: 'done',
      images: 2,
      unreadable: 0,
      epochs: [],
      scores: [{ name: 'anomaly' }],
      seconds: {},
      notes: [],
      ...record,
    },
    paths: ['a.png', 'b.png'],
    hashes: ['a', 'b'],
    unreadable: {},
    scores: { anomaly: Float32Array.of(0, 9) },
    leftOut: new Uint32Array(),
    review: {
      version: 1,
      score: 'anomaly',
      threshold: { method: 'value', parameter: 5 },
      unreadable: 'flag',
      decisions: {},
    },
  };
}

describe('the report’s commands', () => {
  it('apply the same model with the same options and labels where a model was applied', () => {
    const request = requestFor('/data/new ones', {
      model: '/data/.anomaly-review/apples',
      scoreAlso: ['/data/more'],
      labels: '/data/labels.csv',
      out: '/data/out',
    });
    const snapshot = finishedRun({ request });
    const judgement = judge(snapshot);
    expect(judgement && repeatSection(snapshot, judgement).text).toContain(
      'anomaly-review score /data/.anomaly-review/apples &#39;/data/new ones&#39; --also /data/more --labels /data/labels.csv\n',
    );
  });
});

describe('the report’s rates', () => {
  it('name what computed', () => {
    const imagesPerSecond = { train: 1234, score: 5678 };
    const told = (record: Partial<RunRecord>) => runSection(finishedRun({ imagesPerSecond, ...record })).text;
    const onProcessor = told({ backend: 'tensorflow', device: 'cpu', threads: 2 });
    expect(onProcessor).toContain('1,234 images/s · TensorFlow, CPU, 2 threads');
    expect(onProcessor).toContain('5,678 images/s · TensorFlow, CPU, 2 threads');
    expect(told({ backend: 'onnx', device: 'webgpu', threads: 2 })).toContain('1,234 images/s · WebGPU');
  });
});
