/** The whole panel: lays out its parts, takes the keys, and speaks with the editor. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { createRef, ref } from 'lit/directives/ref.js';
import type { PanelState } from '../../src/shared/contracts';
import { toErrorReport } from '../../src/shared/errors';
import '../areas/area-offer';
import '../areas/areas-dialog';
import type { AreasDialog } from '../areas/areas-dialog';
import '../compare/compare-view';
import type { CompareView } from '../compare/compare-view';
import '../epochs/epoch-strip';
import '../grid/review-grid';
import type { ReviewGrid } from '../grid/review-grid';
import '../groups/group-strip';
import type { GroupStrip } from '../groups/group-strip';
import '../histogram/score-histogram';
import { EditorSession } from '../host/editor-session';
import '../map/folder-map';
import type { FolderMap } from '../map/folder-map';
import '../progress/run-footer';
import '../states/empty-state';
import { emptinessOf } from '../states/empty-state';
import '../states/unreadable-list';
import { base } from '../styles/base';
import { noticeStyles } from '../styles/notice';
import '../threshold/label-curves';
import '../threshold/label-figures';
import '../threshold/method-table';
import '../threshold/threshold-controls';
import '../toolbar/review-toolbar';
import type { ReviewToolbar } from '../toolbar/review-toolbar';
import { ActionEvent, type PanelAction } from './action-event';
import './announcer';
import type { PanelAnnouncer } from './announcer';
import { flaggedShareText, ratesText } from './count-texts';
import { FocusKeeper } from './focus-keeper';
import { commandFor, type KeyCommand } from './key-bindings';
import './keys-dialog';
import type { KeysDialog } from './keys-dialog';
import { ModelElement } from './model-element';
import { flip, keyOfEditorCommand, mark, runCommand } from './panel-commands';
import './panel-header';
import { panelStyles } from './panel-styles';

/** Under this width in CSS pixels the comparison folds over the grid. */
const narrowBelow = 700;
/** Less is not left to the images: a lower window scrolls. The map has its bar and legend beside it. */
const leastOfGrid = '190px';
const leastOfMap = '360px';

@customElement('anomaly-review-panel')
export class AnomalyReviewPanel extends ModelElement {
  static override styles = [base, noticeStyles, panelStyles];

  @state() private narrow = false;
  private readonly grid = createRef<ReviewGrid>();
  private readonly map = createRef<FolderMap>();
  private readonly toolbar = createRef<ReviewToolbar>();
  private readonly keys = createRef<KeysDialog>();
  private readonly areas = createRef<AreasDialog>();
  private readonly compare = createRef<CompareView>();
  private readonly groups = createRef<GroupStrip>();
  private readonly announcer = createRef<PanelAnnouncer>();
  private readonly session = new EditorSession(
    this.model,
    () => {
      this.grid.value?.requestUpdate();
      this.map.value?.requestUpdate();
      this.groups.value?.requestUpdate();
      this.compare.value?.showThumbnails();
    },
    (name) => this.run(keyOfEditorCommand[name]),
  );
  private readonly resizes = new ResizeObserver(() => (this.narrow = this.clientWidth < narrowBelow));
  private announced = '';
  private heldKey = '';
  private presses = 0;

  constructor() {
    super();
    this.addController(new FocusKeeper(this, () => this.images));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this);
    this.addEventListener(ActionEvent.type, this.onAction);
    // On the window: after a click on nothing the focus is on the page, outside of this element.
    window.addEventListener('keydown', this.onKey);
    this.session.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes.disconnect();
    this.removeEventListener(ActionEvent.type, this.onAction);
    window.removeEventListener('keydown', this.onKey);
    this.session.stop();
  }

  protected override render(): TemplateResult {
    const { model } = this;
    // Without a single readable image there is nothing to draw a line through.
    const ranked = (model.ranking?.scored ?? 0) > 0;
    return html`<panel-header .model=${model}></panel-header>
      <div class=${classMap({ top: true, narrow: this.narrow, comparing: this.comparing })}>
        ${
          ranked
            ? html`<div class="spread">
                  <score-histogram .model=${model}></score-histogram>
                  <threshold-controls .model=${model}></threshold-controls>
                </div>
                ${model.labels || model.known ? html`<label-figures .model=${model}></label-figures>` : nothing}
                ${this.details()}`
            : nothing
        }
        ${
          (model.snapshot?.paths.length ?? 0) > 0
            ? html`<review-toolbar ${ref(this.toolbar)} .model=${model}></review-toolbar>`
            : nothing
        }
        ${
          model.groupView.isOpen
            ? html`<group-strip
                ${ref(this.groups)}
                .model=${model}
                .thumbnails=${this.session.thumbnails}
              ></group-strip>`
            : nothing
        }
        ${model.epochs.epoch === undefined ? nothing : html`<epoch-strip .model=${model}></epoch-strip>`}
      </div>
      <div class=${classMap({ narrow: this.narrow, frame: true })}>${this.middle()}</div>
      <div class="news">
        ${this.notices()}
        <area-offer .model=${model} .fetchOffer=${this.session.fetchAreaOffer}></area-offer>
      </div>
      <run-footer .model=${model} .narrow=${this.narrow}></run-footer>
      <panel-announcer ${ref(this.announcer)}></panel-announcer>
      <keys-dialog ${ref(this.keys)}></keys-dialog>
      <areas-dialog
        ${ref(this.areas)}
        .model=${model}
        .fetchPictures=${this.session.fetchMeanPictures}
      ></areas-dialog>`;
  }

  /** What is folded away by “Why” and “Curves”. */
  private details(): TemplateResult | typeof nothing {
    const { model } = this;
    const methods = model.view.methodsOpen === true;
    const curves = model.view.curvesOpen === true && model.labels !== undefined;
    if (!methods && !curves) return nothing;
    return html`<div class="details">
      ${methods ? html`<method-table .model=${model}></method-table>` : nothing}
      ${curves ? html`<label-curves .model=${model}></label-curves>` : nothing}
    </div>`;
  }

  private get comparing(): boolean {
    return this.model.view.compareOpen && this.model.snapshot !== undefined;
  }

  private middle(): TemplateResult {
    const { model } = this;
    const { comparing } = this;
    const empty = emptinessOf(model) !== undefined;
    return html`<div class=${classMap({ middle: true, comparing })}>
      <div class="images" ?inert=${comparing && this.narrow}>
        ${model.view.show === 'unreadable' || (model.snapshot && allUnreadable(model.snapshot)) ? html`<unreadable-list .model=${model}></unreadable-list>` : nothing}
        ${
          empty
            ? html`<empty-state .model=${model}></empty-state>`
            : model.mapView.isOpen
              ? html`<folder-map ${ref(this.map)} .model=${model} .thumbnails=${this.session.thumbnails}></folder-map>`
              : html`<review-grid
                  ${ref(this.grid)}
                  .model=${model}
                  .thumbnails=${this.session.thumbnails}
                ></review-grid>`
        }
      </div>
      ${
        comparing
          ? html`<compare-view
              ${ref(this.compare)}
              .model=${model}
              .thumbnails=${this.session.thumbnails}
              .fetchComparison=${this.session.fetchComparison}
              .fetchNearest=${this.session.fetchNearest}
              .editLatent=${this.session.editLatent}
              .index=${empty ? undefined : model.view.focused}
              role="region"
              aria-label=${l10n.t('Comparison')}
            ></compare-view>`
          : nothing
      }
    </div>`;
  }

  /** Under the images: what comes by itself must not move them under the hand. */
  private notices(): TemplateResult {
    const { model } = this;
    const shown: PanelState['notice'][] = [];
    // Without a run the notice is what the empty page says.
    if (model.notice && (model.snapshot || model.notice.level !== 'error')) shown.push(model.notice);
    const { record } = model.snapshot ?? {};
    if (record?.status === 'failed' && record.error && (model.snapshot?.paths.length ?? 0) > 0) {
      shown.push({ level: 'error', text: record.error.message });
    }
    if (model.snapshot && allUnreadable(model.snapshot)) {
      shown.push({ level: 'error', text: l10n.t('None of the images could be read. The list says why.') });
    }
    if (model.problem !== undefined) shown.push({ level: 'warning', text: model.problem });
    return html`${shown.map((notice) =>
      notice
        ? html`<div class=${`notice ${notice.level}`} role=${notice.level === 'info' ? 'status' : 'alert'}>
            <span>${notice.text}</span>
          </div>`
        : nothing,
    )}
    ${
      model.betterRanking
        ? html`<div class="notice better" role="status">
            <span>${l10n.t('A better ranking is ready. Yours stays until you want it.')}</span>
            <vscode-button @click=${() => model.acceptRanking()}>${l10n.t('Show it')}</vscode-button>
          </div>`
        : nothing
    }`;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.style.setProperty('--images-least', this.map.value ? leastOfMap : leastOfGrid);
    this.session.remember();
    const { model } = this;
    if (!model.ranking) return;
    const text = [flaggedShareText(model.flagged, model.ranking.column.length), ratesText(model)].join(' ').trim();
    if (text !== this.announced) this.announcer.value?.say(text);
    this.announced = text;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || typesText(event)) return;
    const inGrid = this.isForImages(event);
    if (this.model.view.compareOpen && !event.ctrlKey && this.compare.value?.zoomByKey(event.key) === true) {
      event.preventDefault();
      return;
    }
    const command = commandFor(event, inGrid);
    if (command === undefined) return;
    event.preventDefault();
    if (!event.repeat) this.heldKey = `${event.key} ${++this.presses}`;
    this.run(command, event.shiftKey);
  };

  /** What shows the images now. */
  private get images(): ReviewGrid | FolderMap | undefined {
    return this.map.value ?? this.grid.value;
  }

  private run(command: KeyCommand, shift = false): void {
    const ground = {
      model: this.model,
      grid: this.grid.value,
      map: this.map.value,
      focusSearch: () => void this.toolbar.value?.focusSearch(),
      showKeys: () => this.keys.value?.show(),
    };
    runCommand(command, ground, { shift, gesture: this.heldKey });
  }

  /** Whether keys that buttons use themselves (space, arrows, Enter) are meant for the images. */
  private isForImages(event: KeyboardEvent): boolean {
    const origin = event.composedPath()[0];
    if (!(origin instanceof Element) || origin === document.body || origin === document.documentElement) return true;
    if (this.map.value) return this.map.value.isStage(origin);
    const { value: grid } = this.grid;
    return grid !== undefined && event.composedPath().includes(grid);
  }

  private readonly onAction = (event: ActionEvent): void => {
    this.act(event.action);
  };

  private act(action: PanelAction): void {
    const { model } = this;
    switch (action.type) {
      case 'flip':
        flip(model, [action.index]);
        break;
      case 'bad':
      case 'good':
      case 'badAlike':
      case 'goodAlike':
        mark(
          model,
          model.selection.size > 0 ? [...model.selection] : [action.index],
          action.type.startsWith('bad') ? 'bad' : 'good',
          action.type.endsWith('Alike'),
        );
        break;
      case 'selectAlike':
        void this.selectAlike(action.index);
        break;
      case 'show':
        if (!model.list.items.includes(action.index)) {
          model.clearFilters();
        }
        model.setView({ focused: action.index });
        this.images?.revealFocused();
        break;
      case 'listFromTop':
        model.setView({ focused: model.list.items[0] ?? -1 });
        this.images?.revealFocused();
        break;
      case 'sortAnew':
        model.sortAnew();
        this.images?.revealFocused();
        void this.images?.focusTile();
        break;
      case 'move':
        if (this.map.value) this.map.value.moveInList(action.by);
        else this.grid.value?.cursor.moveBy(action.by);
        break;
      case 'closeCompare':
        this.run('back');
        break;
      case 'compare':
      case 'keys':
        this.run(action.type);
        break;
      case 'focusGrid':
        // It may be back only with the next update.
        void this.updateComplete.then(() => this.images?.focusTile());
        break;
      case 'areas':
        this.areas.value?.show(action.proposed);
        break;
      case 'acceptRanking':
        model.acceptRanking();
        break;
      default:
        void this.session.act(action);
    }
  }

  private async selectAlike(index: number): Promise<void> {
    const { model } = this;
    try {
      const alike = new Set(await model.groupView.alike(index));
      model.select(model.list.items.filter((item) => alike.has(item)));
    } catch (error) {
      model.problem = toErrorReport(error).message;
    }
  }
}

function allUnreadable({ paths, unreadable, record }: NonNullable<PanelState['snapshot']>): boolean {
  return paths.length > 0 && record.status !== 'running' && Object.keys(unreadable).length === paths.length;
}

/** Whether the key goes into a field or a list of its own. */
function typesText(event: KeyboardEvent): boolean {
  return event
    .composedPath()
    .some(
      (target) =>
        target instanceof HTMLTextAreaElement ||
        target instanceof HTMLSelectElement ||
        (target instanceof HTMLInputElement && target.type !== 'range' && target.type !== 'checkbox') ||
        (target instanceof Element && target.matches('[role="combobox"], vscode-single-select, dialog')),
    );
}

declare global {
  interface HTMLElementTagNameMap {
    'anomaly-review-panel': AnomalyReviewPanel;
  }
}
