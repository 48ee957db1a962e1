/** Which images the grid shows: tests that all must hold, and how many images each choice of each filter would leave. */
import type { RunSnapshot } from '../../src/shared/run';
import { searchTest } from './item-list';
import { Memo } from './memo';
import { FolderIndex, type FolderCount } from './folder-index';
import { labelDisagrees } from './label-counts';
import type { PanelModel } from './panel-model';
import type { DecisionFilter, LabelFilter, Show } from './view-state';

type Test = (index: number) => boolean;
type Dimension = 'search' | 'show' | 'folder' | 'decision' | 'label';

/** By choice, how many images would be shown with it and all other filters as they are. */
export interface FilterCounts {
  /** With all filters as they are. */
  readonly shown: number;
  readonly show: Readonly<Record<Show, number>>;
  readonly decision: Readonly<Record<DecisionFilter, number>>;
  readonly label: Readonly<Record<LabelFilter, number>>;
  /** In order of their names; empty where all images lie in one. */
  readonly folders: readonly FolderCount[];
}

export class ImageFilters {
  private readonly lowerCaseMemo = new Memo<readonly string[]>();
  private readonly folderMemo = new Memo<FolderIndex>();

  constructor(private readonly model: PanelModel) {}

  /** Those that are set. */
  tests(snapshot: RunSnapshot): Test[] {
    return this.named(snapshot).map(([, test]) => test);
  }

  /** Goes through all images. */
  counts(snapshot: RunSnapshot): FilterCounts {
    const tests = this.named(snapshot);
    const folderIndex = this.folders(snapshot);
    const inFolders = new Uint32Array(folderIndex.names.length);
    const show: Record<Show, number> = { ...noneShown };
    const decision: Record<DecisionFilter, number> = { any: 0, undecided: 0, decided: 0, bad: 0, good: 0 };
    const label: Record<LabelFilter, number> = { any: 0, bad: 0, good: 0, none: 0 };
    const flagged = this.flagTest();
    const leftOut = new Set(snapshot.leftOut);
    const { labels, book } = this.model;
    const { decisions } = book;
    let shown = 0;
    for (let index = 0; index < snapshot.paths.length; index++) {
      const failed = onlyFailure(tests, index);
      if (failed === 'several') continue;
      const counts = (dimension: Dimension) => failed === 'none' || failed === dimension;
      if (failed === 'none') shown++;
      const decided = decisions.get(index);
      const labelled = labelNames[labels?.[index] ?? -1] ?? 'none';
      if (counts('decision')) {
        decision.any++;
        decision[decided === undefined ? 'undecided' : 'decided']++;
        if (decided !== undefined) decision[decided]++;
      }
      if (counts('label')) {
        label.any++;
        label[labelled]++;
      }
      if (counts('folder')) {
        const folder = folderIndex.folderOf[index] ?? 0;
        inFolders[folder] = (inFolders[folder] ?? 0) + 1;
      }
      if (!counts('show')) continue;
      const isFlagged = flagged(index);
      show.all++;
      show[isFlagged ? 'flagged' : 'kept']++;
      if (index in snapshot.unreadable) show.unreadable++;
      if (leftOut.has(index)) show['left-out']++;
      if (decided !== undefined) show[decided]++;
      else if (labelDisagrees(labels?.[index], isFlagged)) {
        show.disagrees++;
        show[isFlagged ? 'false-alarm' : 'missed']++;
      }
    }
    return { shown, show, decision, label, folders: folderIndex.counts(inFolders) };
  }

  private named(snapshot: RunSnapshot): Tests {
    const { search, folder, decision, label } = this.model.view;
    const lowerCase = () =>
      this.lowerCaseMemo.get([snapshot.paths], () => snapshot.paths.map((path) => path.toLowerCase()));
    const tests: [Dimension, Test | undefined][] = [
      ['folder', folder === '' ? undefined : this.folders(snapshot).test(folder)],
      ['label', label === 'any' || !this.model.labels ? undefined : labelTest(label, this.model.labels)],
      ['decision', decision === 'any' ? undefined : this.decisionTest(decision)],
      ['show', this.showTest(snapshot)],
      ['search', searchTest(search, lowerCase)],
    ];
    return tests.flatMap(([dimension, test]) => (test ? [[dimension, test] as const] : []));
  }

  private folders({ paths }: RunSnapshot): FolderIndex {
    return this.folderMemo.get([paths], () => new FolderIndex(paths));
  }

  private decisionTest(wanted: Exclude<DecisionFilter, 'any'>): Test {
    const { decisions } = this.model.book;
    if (wanted === 'undecided') return (index) => !decisions.has(index);
    if (wanted === 'decided') return (index) => decisions.has(index);
    return (index) => decisions.get(index) === wanted;
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
        return this.decisionTest(show);
      case 'flagged':
        return this.flagTest();
      case 'kept': {
        const flagged = this.flagTest();
        return (index) => !flagged(index);
      }
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
      const isFlagged = flagged(index);
      const isOfKind = show === 'disagrees' || isFlagged === (show === 'false-alarm');
      return isOfKind && labelDisagrees(labels[index], isFlagged);
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
}

type Tests = readonly (readonly [dimension: Dimension, test: Test])[];

/** The only filter that hides an image, if it is one alone. */
function onlyFailure(tests: Tests, index: number): Dimension | 'none' | 'several' {
  let failed: Dimension | 'none' = 'none';
  for (const [dimension, test] of tests) {
    if (test(index)) continue;
    if (failed !== 'none') return 'several';
    failed = dimension;
  }
  return failed;
}

const noneShown: Readonly<Record<Show, number>> = {
  all: 0,
  flagged: 0,
  kept: 0,
  bad: 0,
  good: 0,
  unreadable: 0,
  'left-out': 0,
  disagrees: 0,
  missed: 0,
  'false-alarm': 0,
};

/** By the label's number; −1 has none. */
const labelNames: readonly LabelFilter[] = ['good', 'bad'];

function labelTest(wanted: Exclude<LabelFilter, 'any'>, labels: Int8Array): Test {
  const value = { bad: 1, good: 0, none: -1 }[wanted];
  return (index) => labels[index] === value;
}
