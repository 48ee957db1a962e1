/** The areas of a run over a picture: outlines, and hatching where nothing counts. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { ignoredPolygon } from '../areas/ignored-shape';
import { isPolygon, type Bounds } from '../../src/shared/areas';
import type { Area, PolygonArea, ScanSettings } from '../../src/shared/settings';
import { cssProperties } from '../styles/css-properties';

/**
 * @param within the part of the picture that the network sees, as fractions
 * @param hatched whether to hatch; error maps are hatched already
 */
export function areaOverlay(
  areas: readonly Area[],
  [x0, y0, x1, y1]: NonNullable<ScanSettings['roi']>,
  hatched: boolean,
): TemplateResult {
  const ignored = hatched ? ignoredPolygon(areas) : '';
  return html`<div class="seen-part" aria-hidden="true" ${cssProperties(placed({ x0, y0, x1, y1 }))}>
    ${ignored === '' ? nothing : html`<div class="ignored" ${cssProperties({ '--shape': ignored })}></div>`}
    ${areas.map((area) => (isPolygon(area) ? polygonLine(area) : html`<div class=${`area ${area.kind}`} ${cssProperties(placed(area))}></div>`))}
  </div>`;
}

function placed(place: Bounds): Readonly<Record<string, string>> {
  const { x0, y0, x1, y1 } = place;
  return { '--left': String(x0), '--top': String(y0), '--across': String(x1 - x0), '--down': String(y1 - y0) };
}

function polygonLine({ kind, corners }: PolygonArea): TemplateResult {
  const points = corners.map((corner) => corner.join(',')).join(' ');
  return html`<svg class=${`polygon ${kind}`} viewBox="0 0 1 1" preserveAspectRatio="none">
    <polygon points=${points}></polygon>
    <polygon class="upper" points=${points}></polygon>
  </svg>`;
}

/** Lines stay as thin as they are while the picture is enlarged. */
export const areaOverlayStyles = css`
  .seen-part,
  .area {
    position: absolute;
    left: calc(100% * var(--left));
    top: calc(100% * var(--top));
    width: calc(100% * var(--across));
    height: calc(100% * var(--down));
    pointer-events: none;
  }
  .ignored {
    --line-width: calc(1px / var(--zoom));
    position: absolute;
    inset: 0;
    clip-path: var(--shape);
    background: repeating-linear-gradient(
      45deg,
      rgb(0 0 0 / 55%) 0 var(--line-width),
      rgb(255 255 255 / 45%) var(--line-width) calc(2 * var(--line-width)),
      transparent calc(2 * var(--line-width)) calc(7 * var(--line-width))
    );
  }
  .area {
    outline: calc(1px / var(--zoom)) solid #fff;
    outline-offset: calc(-1px / var(--zoom));
    border: calc(2px / var(--zoom)) solid #000;
  }
  .area.attend {
    outline-style: dashed;
  }
  .polygon {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    pointer-events: none;
  }
  .polygon > polygon {
    fill: none;
    stroke: #000;
    stroke-width: calc(3px / var(--zoom));
    vector-effect: non-scaling-stroke;
  }
  .polygon > .upper {
    stroke: #fff;
    stroke-width: calc(1px / var(--zoom));
  }
  .polygon.attend > .upper {
    stroke-dasharray: calc(4px / var(--zoom)) calc(3px / var(--zoom));
  }
`;
