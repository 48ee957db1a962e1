/** Colours of error maps: dark for none, over red and yellow to white, so that brightness alone tells the order. */
const stops: readonly (readonly [number, number, number])[] = [
  [0, 0, 4],
  [87, 16, 110],
  [188, 55, 84],
  [249, 142, 9],
  [252, 255, 164],
];

/** @param share 0–1 of the scale; larger is drawn as 1 */
export function errorColor(share: number): readonly [number, number, number] {
  const position = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(position));
  const [from, to] = [stops[low] ?? stops[0], stops[low + 1] ?? stops[0]];
  const part = position - low;
  const mix = (channel: 0 | 1 | 2) =>
    Math.round((from?.[channel] ?? 0) + ((to?.[channel] ?? 0) - (from?.[channel] ?? 0)) * part);
  return [mix(0), mix(1), mix(2)];
}
