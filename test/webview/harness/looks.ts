/** What every part of the pages must look like: nothing that axe finds, nothing beyond the edge. */
import axe from 'axe-core';
import { expect } from 'vitest';

/** What axe says against the page, with the beginning of each element's HTML. */
export async function problems(page: Element | Document): Promise<string[]> {
  const { violations } = await axe.run(page, { resultTypes: ['violations'] });
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 200)} ${any[0]?.message ?? ''}`).join('\n')}`,
  );
}

/** Nothing in sight that is more than a line ends right of a page of `width` pixels. */
export function expectWithin(width: number, parts: readonly HTMLElement[]): void {
  for (const part of parts) {
    const { right, width: own } = part.getBoundingClientRect();
    if (own > 2 && part.checkVisibility()) expect(right, part.outerHTML.slice(0, 120)).toBeLessThanOrEqual(width + 1);
  }
}
