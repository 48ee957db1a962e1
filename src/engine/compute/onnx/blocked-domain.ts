/** The blocked tensors of onnxruntime's CPU provider: where it keeps the operators on them, and how far they reach. */
export const blockedDomain = 'com.microsoft.nchwc';

/** `count` rounded up to whole blocks. */
export function wholeBlocks(count: number, block: number): number {
  return Math.ceil(count / block) * block;
}
