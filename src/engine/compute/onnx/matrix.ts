/** Matrix products through the runtime's tuned kernels; one small session for each way of transposing. */
import type * as ort from 'onnxruntime-node';
import type { DeviceName } from '../../../shared/settings';
import type { Matrix, MatrixMultiplier } from '../backend';
import { anySize, Graph } from './graph';
import { gemm } from './operators/arithmetic';
import { floatsOf, floatTensor, openSession } from './session';

export class OnnxMatrixMultiplier implements MatrixMultiplier {
  private readonly sessions = new Map<string, Promise<ort.InferenceSession>>();

  constructor(
    private readonly device: DeviceName,
    private readonly threads: number,
  ) {}

  async multiply(a: Matrix, b: Matrix, options: { transposeA?: boolean; transposeB?: boolean } = {}): Promise<Matrix> {
    const transposeA = options.transposeA === true;
    const transposeB = options.transposeB === true;
    const inner = [transposeA ? a.rows : a.columns, transposeB ? b.columns : b.rows];
    if (inner[0] !== inner[1]) {
      throw new RangeError(`Matrices do not fit: ${describe(a, transposeA)} times ${describe(b, transposeB)}.`);
    }
    const session = await this.session(transposeA, transposeB);
    const outputs = await session.run({
      a: floatTensor(a.data, [a.rows, a.columns]),
      b: floatTensor(b.data, [b.rows, b.columns]),
    });
    return {
      rows: transposeA ? a.columns : a.rows,
      columns: transposeB ? b.rows : b.columns,
      data: floatsOf(outputs['product']),
    };
  }

  async dispose(): Promise<void> {
    for (const session of this.sessions.values()) await (await session).release();
    this.sessions.clear();
  }

  private session(transposeA: boolean, transposeB: boolean): Promise<ort.InferenceSession> {
    const key = `${String(transposeA)} ${String(transposeB)}`;
    const known = this.sessions.get(key);
    if (known !== undefined) return known;
    const graph = new Graph();
    const a = graph.input('a', [anySize, anySize]);
    const b = graph.input('b', [anySize, anySize]);
    graph.output('product', gemm(graph, a, b, { transposeA, transposeB }));
    const opened = openSession(graph.encode(), { device: this.device, threads: this.threads });
    this.sessions.set(key, opened);
    return opened;
  }
}

function describe({ rows, columns }: Matrix, transposed: boolean): string {
  return `[${String(rows)}, ${String(columns)}]${transposed ? ' transposed' : ''}`;
}
