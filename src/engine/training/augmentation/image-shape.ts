/** [channels, height, width] of every image of a batch. */
export type ImageShape = readonly [channels: number, height: number, width: number];
