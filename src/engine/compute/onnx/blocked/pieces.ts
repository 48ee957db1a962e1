/** Work on large values, value by value, in pieces: what is made on the way stays in the caches then. */
import { valueCount } from '../../../model/plan';
import { Graph, type Value } from '../graph';
import { reshape } from '../operators/arithmetic';

/** The longest fit the caches with what is made of them; of fewer than 70,000 values the runtime lets one thread do all. */
const pieceLength = { least: 98_304, most: 131_072 } as const;
/** With fewer, all lies in the caches anyway. */
const fewestPieces = 4;

/**
 * @param make makes one value of two, all of the same shape, in the graph that it is given
 * @returns a value of the first one's shape and layout
 */
export function inPieces(
  graph: Graph,
  first: Value,
  second: Value,
  make: (inner: Graph, first: Value, second: Value) => Value,
): Value {
  const size = valueCount(first.shape);
  const count = pieceCount(size);
  if (count < fewestPieces) return make(graph, first, second);
  const length = size / count;
  const body = new Graph('piece of ');
  body.output('made', make(body, body.input('first', [length]), body.input('second', [length])));
  const pieces = [first, second].map((value) => reshape(graph, value, [count, length]));
  const made = graph.add('Scan', pieces, [count, length], { body: { graph: body }, num_scan_inputs: 2 });
  return { ...reshape(graph, made, first.shape), ...(first.blocked && { blocked: first.blocked }) };
}

/** 1 where there are no pieces of a good length. */
function pieceCount(size: number): number {
  for (let count = Math.ceil(size / pieceLength.most); count * pieceLength.least <= size; count++) {
    if (size % count === 0) return count;
  }
  return 1;
}
