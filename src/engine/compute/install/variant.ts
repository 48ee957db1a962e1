/** What an installed TensorFlow computes on: the processor alone, or CUDA devices as well. */
export const variants = ['cpu', 'gpu'] as const;
export type Variant = (typeof variants)[number];
