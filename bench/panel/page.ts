/** The page that is measured: the panel, and an editor's end that answers at once. */
import '../../webview/panel/anomaly-review-panel';
import type { AnomalyReviewPanel } from '../../webview/panel/anomaly-review-panel';
import { setThresholdValue } from '../../webview/model/threshold-steps';
import type { ViewState } from '../../webview/model/view-state';
import type { PanelState } from '../../src/shared/contracts';
import { EditorEnd } from '../../test/webview/harness/editor-end';
import { syntheticRun } from '../../test/webview/harness/synthetic-run';
import { applyTheme } from '../../test/webview/harness/themes';

/** Made once there is an editor's end for it to find. */
let element: AnomalyReviewPanel;
const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

function grid(): { host: Element; root: ShadowRoot; scroller: HTMLElement } | undefined {
  const host = element.shadowRoot?.querySelector('review-grid');
  const root = host?.shadowRoot;
  const scroller = root?.querySelector<HTMLElement>('.scroller');
  return host && root && scroller ? { host, root, scroller } : undefined;
}

function tiles(): HTMLElement[] {
  return [...(grid()?.root.querySelectorAll<HTMLElement>('.tile') ?? [])];
}

/** Milliseconds from the panel's beginning to a first screen of pictures. */
async function start(images: number): Promise<number> {
  applyTheme('dark');
  const make = (): PanelState => ({
    sourceName: 'production line 4',
    snapshot: syntheticRun({ images, runFolder: '/runs/huge', labelled: true }),
  });
  const first: PanelState[] = [make()];
  // The editor's end lives in the page here only: what it answered is not the panel's to keep.
  new EditorEnd({
    get state() {
      return first.pop() ?? make();
    },
  });
  await frame();
  const begun = performance.now();
  element = document.createElement('anomaly-review-panel');
  document.body.append(element);
  for (;;) {
    await frame();
    const pictures = tiles().map((tile) => tile.querySelector('img'));
    if (pictures.length > 0 && pictures.every((picture) => picture?.complete === true))
      return performance.now() - begun;
  }
}

const scrollTo = (top: number): void => grid()?.scroller.scrollTo(0, top);

const changes = {
  scroll: (place: number) => scrollTo(place * 120),
  jump: (place: number) => scrollTo(((place * 7919) % 1000) * ((grid()?.scroller.scrollHeight ?? 0) / 1000)),
  drag: (place: number) => setThresholdValue(element.model, 0.5 + place / 20, 'drag'),
  decide: (place: number) =>
    element.model.changeReview((book) => book.decide([element.model.list.items[place] ?? 0], () => 'bad', 0)),
};
export type Change = keyof typeof changes;

/** One change, until it is drawn. Milliseconds from the change to the end of script, style and layout. */
async function step(what: Change, place: number): Promise<number> {
  const begun = performance.now();
  changes[what](place);
  await element.updateComplete;
  while (!(await settled())) continue;
  grid()?.scroller.getBoundingClientRect();
  const elapsed = performance.now() - begun;
  await frame();
  await frame();
  return elapsed;
}

/** Whether the parts of the panel are up to date. */
async function settled(): Promise<boolean> {
  const parts = [...(element.shadowRoot?.querySelectorAll('*') ?? [])];
  const updates = parts.map((part) => ('updateComplete' in part ? part.updateComplete : true));
  return (await Promise.all(updates)).every((done) => done !== false);
}

const bench = {
  start,
  step,
  toTop: (): void => scrollTo(0),
  tiles: (): number => tiles().length,
  view: (change: Partial<ViewState>): void => element.model.setView(change),
};

export type PanelBench = typeof bench;
declare global {
  interface Window {
    bench: PanelBench;
  }
}
window.bench = bench;
