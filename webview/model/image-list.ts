/** The images of the grid: ordered, filtered, searched; made again only when one of these is another. */
import { disagreementAmounts } from '../../src/shared/disagreements';
import type { RunSnapshot } from '../../src/shared/run';
import { countAbove, filterItems, orderByName, orderOfDataSet, searchTest } from './item-list';
import { isDisagreement, type Labels } from './label-counts';
import { Memo } from './memo';
import type { PanelModel } from './panel-model';
import { RankedScores } from './ranked-scores';

export interface ItemList {
  /** Image indexes in the order of the grid. */
  readonly items: Uint32Array;
  /** How many of them stand above the threshold line; absent where the order has no such line. */
  readonly above?: number;
}

type Test = (index: number) => boolean;

export class ImageList {
  private readonly itemMemo = new Memo<Uint32Array>();
  private readonly lowerCaseMemo = new Memo<readonly string[]>();
  private readonly nameOrderMemo = new Memo<Uint32Array>();
  private readonly disagreementMemo = new Memo<Uint32Array>();
  private readonly orderMemo = new Memo<Uint32Array>();

  constructor(private readonly model: PanelModel) {}

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
      view.sort,
      view.show,
      view.search,
      byLine ? model.threshold : 0,
      view.show === 'all' ? undefined : model.review.decisions,
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
    const { view } = this.model;
    const found = searchTest(view.search, () =>
      this.lowerCaseMemo.get([snapshot.paths], () => snapshot.paths.map((path) => path.toLowerCase())),
    );
    const tests = [found, this.showTest(snapshot)].filter((test) => test !== undefined);
    const order = this.baseOrder(snapshot);
    return tests.length === 0 ? order : filterItems(order, (index) => tests.every((test) => test(index)));
  }

  private showTest(snapshot: RunSnapshot): Test | undefined {
    const { show } = this.model.view;
    switch (show) {
      case 'all':
        return undefined;
      case 'unreadable':
        return (index) => index in snapshot.unreadable;
      case 'left-out': {
        const leftOut = new Set(snapshot.leftOut);
        return (index) => leftOut.has(index);
      }
      case 'bad':
      case 'good':
        return (index) => this.model.decisionOf(index) === show;
      case 'flagged':
        return this.flagTest();
      case 'kept':
        return not(this.flagTest());
      case 'disagrees':
      case 'missed':
      case 'false-alarm':
        return this.disagreementTest(show, snapshot.labels);
    }
  }

  private disagreementTest(show: 'disagrees' | 'missed' | 'false-alarm', labels: Int8Array | undefined): Test {
    if (!labels) return () => false;
    const flagged = this.flagTest();
    const { decisions } = this.model.book;
    return (index) => {
      if (decisions.has(index)) return false; // settled, whoever was right
      const label = labels[index];
      if (label === 1) return show !== 'false-alarm' && !flagged(index);
      return label === 0 && show !== 'missed' && flagged(index);
    };
  }

  /** Like the model's `isFlagged`, with everything looked up beforehand: it runs through all images in each frame of a drag. */
  private flagTest(): Test {
    const { ranking, threshold, review } = this.model;
    const { decisions } = this.model.book;
    if (!ranking) return (index) => decisions.get(index) === 'bad';
    const { column } = ranking;
    const withoutScore = review.unreadable === 'flag';
    return (index) => {
      const decision = decisions.size === 0 ? undefined : decisions.get(index);
      if (decision !== undefined) return decision === 'bad';
      const score = column[index] ?? NaN;
      return Number.isNaN(score) ? withoutScore : score >= threshold;
    };
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

function not(test: Test): Test {
  return (index) => !test(index);
}
