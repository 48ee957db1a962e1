/** The images of the grid: ordered, filtered, searched; made again only when one of these is another. */
import { disagreementAmounts } from '../../src/shared/disagreements';
import type { RunSnapshot } from '../../src/shared/run';
import { ImageFilters } from './image-filters';
import { countAbove, filterItems, orderByName, orderOfDataSet } from './item-list';
import { isDisagreement, type Labels } from './label-counts';
import { Memo } from './memo';
import type { PanelModel } from './panel-model';
import { RankedScores } from '../../src/shared/ranked-scores';
import { queryOf } from './view-state';

export interface ItemList {
  /** Image indexes in the order of the grid. */
  readonly items: Uint32Array;
  /** How many of them stand above the threshold line; absent where the order has no such line. */
  readonly above?: number;
}

export class ImageList {
  private readonly itemMemo = new Memo<Uint32Array>();
  readonly filters: ImageFilters;
  private readonly nameOrderMemo = new Memo<Uint32Array>();
  private readonly disagreementMemo = new Memo<Uint32Array>();
  private readonly orderMemo = new Memo<Uint32Array>();

  constructor(private readonly model: PanelModel) {
    this.filters = new ImageFilters(model);
  }

  get list(): ItemList {
    const { model } = this;
    const { snapshot, view, ranking } = model;
    if (!snapshot) return { items: new Uint32Array() };
    const byLine = view.show === 'flagged' || view.show === 'kept' || isDisagreement(view.show);
    const needs = [
      snapshot.paths,
      snapshot.labels,
      ranking,
      model.epochs.ranking,
      model.groupView.items,
      model.teaching.isHeld,
      ranking && model.teaching.orderOf(ranking),
      ...queryOf(view),
      byLine ? model.threshold : 0,
      view.show === 'all' && view.decision === 'any' ? undefined : model.review.decisions,
      model.review.unreadable,
    ];
    const items = this.itemMemo.get(needs, () => this.filteredItems(snapshot));
    const hasLine = !model.groupView.items && view.sort === 'score' && view.show === 'all';
    return hasLine && ranking && ranking.scored > 0 ? { items, above: this.countAbove(items, ranking) } : { items };
  }

  /** Where images stand as they were in sight, the line is after the last that reaches the threshold. */
  private countAbove(items: Uint32Array, ranking: RankedScores): number {
    const { teaching, threshold } = this.model;
    if (!teaching.isHeld) return countAbove(items, ranking, threshold);
    for (let place = items.length; place > 0; place--) {
      if (ranking.scoreOf(items[place - 1] ?? -1) >= threshold) return place;
    }
    return 0;
  }

  private filteredItems(snapshot: RunSnapshot): Uint32Array {
    const order = this.baseOrder(snapshot);
    const tests = this.filters.tests(snapshot);
    if (tests.length === 0) return order;
    return filterItems(this.candidates(order), (index) => tests.every((test) => test(index)));
  }

  /** Of those that stand by their score only the leading ones can be flagged, the decided and those without a score. */
  private candidates(order: Uint32Array): Uint32Array {
    const { ranking, view, threshold, book } = this.model;
    if (order !== ranking?.order || view.show !== 'flagged') return order;
    const above = ranking.countAtLeast(threshold);
    const placeOf = (index: number) => ranking.rank[index] ?? 0;
    const decided = [...book.decisions.keys()].filter((index) => placeOf(index) > above);
    decided.sort((a, b) => placeOf(a) - placeOf(b));
    const unscored = order.subarray(ranking.scored);
    const candidates = new Uint32Array(above + decided.length + unscored.length);
    candidates.set(order.subarray(0, above));
    candidates.set(decided, above);
    candidates.set(unscored, above + decided.length);
    return candidates;
  }

  private baseOrder(snapshot: RunSnapshot): Uint32Array {
    const { sort } = this.model.view;
    if (this.model.groupView.items) return this.model.groupView.items;
    if (sort === 'name') return this.nameOrderMemo.get([snapshot.paths], () => orderByName(snapshot.paths));
    if (sort === 'disagreement' && this.model.labels && this.model.ranking) {
      const { labels, ranking } = this.model;
      return this.disagreementMemo.get([labels, ranking], () => orderByDisagreement(ranking, labels));
    }
    const ranking = this.model.epochs.ranking ?? this.model.rankingOf(columnOfSort(sort, this.model.scoreName));
    if (ranking && sort !== 'order') return sort === 'score' ? this.model.teaching.orderOf(ranking) : ranking.order;
    return this.orderMemo.get([snapshot.paths.length], () => orderOfDataSet(snapshot.paths.length));
  }
}

/** Those whose score contradicts their label most come first. */
function orderByDisagreement(ranking: RankedScores, labels: Labels): Uint32Array {
  const amountOf = disagreementAmounts(ranking.column, labels);
  const amounts = Float32Array.from(labels, (_, index) => amountOf(index));
  return new RankedScores(amounts).order;
}

/** An order by an epoch whose losses are still on their way is the usual one. */
function columnOfSort(sort: string, shownScore: string): string {
  return sort.startsWith('score:') ? sort.slice('score:'.length) : shownScore;
}
