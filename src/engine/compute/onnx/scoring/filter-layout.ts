/** Filters whose values are known while the graph is built, laid out in blocks. */
import type { Filter } from '../../network/filter';
import { wholeBlocks } from '../blocked-domain';

/** As blocked/kernels.ts describes, with empty output channels up to a whole block. */
export function layOutFilter({ out, into, kernel, weight }: Filter, block: number): Float32Array {
  const taps = kernel * kernel;
  const data = new Float32Array(wholeBlocks(out, block) * into * taps);
  const inside = into % block === 0 ? block : 1;
  for (let o = 0; o < out; o++) {
    const [outBlock, outLane] = [Math.floor(o / block), o % block];
    for (let i = 0; i < into; i++) {
      const [inBlock, inLane] = [Math.floor(i / inside), i % inside];
      for (let tap = 0; tap < taps; tap++) {
        const panel = (outBlock * (into / inside) + inBlock) * taps + tap;
        data[(panel * inside + inLane) * block + outLane] = weight[(o * into + i) * taps + tap] ?? 0;
      }
    }
  }
  return data;
}

/** With empty channels up to a whole block. */
export function layOutBias({ out, bias }: Filter, block: number): Float32Array {
  const data = new Float32Array(wholeBlocks(out, block));
  data.set(bias);
  return data;
}
