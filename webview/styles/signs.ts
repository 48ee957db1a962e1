/** The signs for flags and decisions, drawn here so that a tile needs neither a font nor a component for them. */
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

export type SignName =
  | 'flag'
  | 'bad'
  | 'good'
  | 'broken'
  | 'close'
  | 'previous'
  | 'next'
  | 'labelBad'
  | 'labelGood'
  | 'info'
  | 'funnel'
  | 'sortAnew';

const shapes: Readonly<Record<SignName, SVGTemplateResult>> = {
  flag: svg`<path d="M3 14.5v-13M3 2.5h9.5l-2.6 3.2 2.6 3.2H3" />`,
  bad: svg`<path d="M3 3l10 10M13 3L3 13" />`,
  good: svg`<path d="M2.5 8.5l3.8 4L13.5 3.5" />`,
  broken: svg`<path d="M2.5 2.5h11v11h-11zM2.5 10.5l3-3 2 2.5 2.5-4 3.5 4" />`,
  close: svg`<path d="M3.5 3.5l9 9M12.5 3.5l-9 9" />`,
  previous: svg`<path d="M10.5 3l-5 5 5 5" />`,
  // A price tag: hollow for good, filled for bad.
  labelGood: svg`<path d="M2 2.5h5.5l6.5 6.5-5 5L2.5 8zM5.2 5.7v.01" />`,
  labelBad: svg`<path d="M2 2.5h5.5l6.5 6.5-5 5L2.5 8z" fill="currentColor" />`,
  next: svg`<path d="M5.5 3l5 5-5 5" />`,
  funnel: svg`<path d="M1.8 3h12.4M4.2 8h7.6M6.6 13h2.8" />`,
  sortAnew: svg`<path d="M4.5 2.5v11M2 11l2.5 2.5L7 11M9 3.5h5M9 8h3.6M9 12.5h2" />`,
  info: svg`<path d="M14 8a6 6 0 1 1-12 0a6 6 0 0 1 12 0zM8 7.4v3.6M8 4.9v.01" />`,
};

/** 16 × 16 units in the colour of the text around it; never read aloud: the words are elsewhere. */
export function sign(name: SignName): TemplateResult {
  return html`<svg
    class="sign ${name}"
    viewBox="0 0 16 16"
    width="14"
    height="14"
    aria-hidden="true"
    fill="none"
    stroke="currentColor"
    stroke-width="1.8"
    stroke-linejoin="round"
    stroke-linecap="round"
  >
    ${shapes[name]}
  </svg>`;
}
