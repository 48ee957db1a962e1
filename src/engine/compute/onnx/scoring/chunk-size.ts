import { type LayerPlan, type NetworkPlan, valueCount } from '../../../model/plan';

/** A map of so many values, for all images together, still lies in the caches of the processor's cores: 4 MB. */
const mostMapValues = 2 ** 20;
const fewestImages = 4;
/** More gain nothing; with features, batches of 128 took twice as long an image as such of 16 to 32. */
const mostImages = 32;

/** How many images go through the network at once, however many are asked for. */
export function chunkSize(plan: NetworkPlan): number {
  const largest = Math.max(...plan.layers.map(largestMap));
  return Math.min(mostImages, Math.max(fewestImages, Math.floor(mostMapValues / largest)));
}

function largestMap({ output, inner = [] }: LayerPlan): number {
  return Math.max(valueCount(output), ...inner.flat().map(largestMap));
}
