/**
 * A group of some ten to forty points among thousands, too small for {@link separateTwoGroups}, which lets it grow into
 * the crowd: each of some points is asked whether its nearest neighbours are the core of one.
 */
import type { TwoGroups } from './two-groups';

export type LinearGroup = Pick<TwoGroups, 'weights' | 'bias' | 'membership' | 'separation'>;

const coreSize = 8;
/** What a point must overcome to be a member, as a share: higher ones let the group grow into the crowd. */
const expectedShare = 0.0025;
const mostIterations = 20;
const settled = 1e-3;
/** Of more points it is no small group. */
const largestShare = 0.05;
/** Of a membership: it moves no mean. */
const negligible = 1e-6;

/**
 * The groups that grow about each seed, where neighbours make one.
 * @param points [count][dimensions], of a crowd with about unit variance in each dimension
 * @param seeds places in `points`; one that an earlier group holds is passed over
 */
export function groupsAbout(points: readonly Float64Array[], seeds: Iterable<number>): LinearGroup[] {
  const groups: LinearGroup[] = [];
  const covered = new Uint8Array(points.length);
  const sum = sumOf(points, () => 1);
  for (const seed of seeds) {
    if (covered[seed] === 1) continue;
    const group = grow(points, sum, nearest(points, seed));
    if (!group) continue;
    groups.push(group);
    group.membership.forEach((share, place) => {
      if (share > 0.5) covered[place] = 1;
    });
  }
  return groups;
}

/**
 * Linear discriminant with the crowd's covariance taken as the unit matrix, and a fixed share.
 * @param sum of all points
 */
function grow(points: readonly Float64Array[], sum: Float64Array, core: readonly number[]): LinearGroup | undefined {
  const membership = new Float64Array(points.length);
  for (const place of core) membership[place] = 1;
  let group: LinearGroup | undefined;
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const members = membership.reduce((total, share) => total + share, 0);
    if (members < 3 || members > largestShare * points.length) return undefined;
    const inside = sumOf(points, (place) => membership[place] ?? 0);
    const mean = inside.map((value) => value / members);
    const crowd = inside.map((value, place) => ((sum[place] ?? 0) - value) / (points.length - members));
    const weights = mean.map((value, place) => value - (crowd[place] ?? 0));
    let spread = 0;
    for (const [place, share] of membership.entries()) {
      if (share > negligible) spread += share * squaredDistance(points[place] ?? mean, mean);
    }
    // The mean of few points lies farther out than that of all there could be, by their spread.
    const squared = Math.max(1e-6, dot(weights, weights) - spread / members / Math.max(1, members - 1));
    const share = Math.min(members / points.length, expectedShare);
    const bias = -dot(weights, crowd) - squared / 2 + Math.log(share / (1 - share));
    let change = 0;
    for (let place = 0; place < points.length; place++) {
      const point = points[place] ?? mean;
      const before = membership[place] ?? 0;
      // A member pulls the mean towards itself: that part is taken off.
      const pull = before > negligible ? (before / members) * productOfDifferences(point, mean, crowd) : 0;
      const logOdds = Math.max(-30, Math.min(30, dot(weights, point) + bias - pull));
      const after = 1 / (1 + Math.exp(-logOdds));
      change = Math.max(change, Math.abs(after - before));
      membership[place] = after;
    }
    group = { weights, bias, membership, separation: Math.sqrt(squared) };
    if (change < settled) break;
  }
  return group;
}

/** Places of the points next to one, itself among them. */
function nearest(points: readonly Float64Array[], seed: number): number[] {
  const from = points[seed] ?? new Float64Array();
  const found: { place: number; distance: number }[] = [];
  for (let place = 0; place < points.length; place++) {
    const distance = squaredDistance(points[place] ?? from, from);
    if (found.length === coreSize && distance >= (found.at(-1)?.distance ?? 0)) continue;
    const before = found.findIndex((other) => distance < other.distance);
    found.splice(before < 0 ? found.length : before, 0, { place, distance });
    if (found.length > coreSize) found.pop();
  }
  return found.map(({ place }) => place);
}

function sumOf(points: readonly Float64Array[], weightOf: (place: number) => number): Float64Array {
  const sum = new Float64Array(points[0]?.length ?? 0);
  for (let row = 0; row < points.length; row++) {
    const weight = weightOf(row);
    if (weight < negligible) continue;
    const point = points[row];
    for (let place = 0; place < sum.length; place++) sum[place] = (sum[place] ?? 0) + weight * (point?.[place] ?? 0);
  }
  return sum;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let place = 0; place < a.length; place++) sum += (a[place] ?? 0) * (b[place] ?? 0);
  return sum;
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let place = 0; place < a.length; place++) sum += ((a[place] ?? 0) - (b[place] ?? 0)) ** 2;
  return sum;
}

/** (point − a) · (point − b) */
function productOfDifferences(point: Float64Array, a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let place = 0; place < point.length; place++) {
    const value = point[place] ?? 0;
    sum += (value - (a[place] ?? 0)) * (value - (b[place] ?? 0));
  }
  return sum;
}
