/** What each key does, and the list of them for people. */
import * as l10n from '@vscode/l10n';

export type KeyCommand =
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'home'
  | 'end'
  | 'selectAll'
  | 'flip'
  | 'bad'
  | 'good'
  | 'undo'
  | 'redo'
  | 'compare'
  | 'back'
  | 'thresholdDown'
  | 'thresholdUp'
  | 'epochBefore'
  | 'epochAfter'
  | 'epochMost'
  | 'search'
  | 'keys';

interface Binding {
  readonly keys: readonly string[];
  readonly command: KeyCommand;
  /** `grid`: only while the focus is on the images or nowhere, because buttons and fields use these keys themselves. */
  readonly where: 'grid' | 'panel';
}

const bindings: readonly Binding[] = [
  { keys: ['ArrowLeft', 'h'], command: 'left', where: 'grid' },
  { keys: ['ArrowRight', 'l'], command: 'right', where: 'grid' },
  { keys: ['ArrowUp', 'k'], command: 'up', where: 'grid' },
  { keys: ['ArrowDown', 'j'], command: 'down', where: 'grid' },
  { keys: ['PageUp'], command: 'pageUp', where: 'grid' },
  { keys: ['PageDown'], command: 'pageDown', where: 'grid' },
  { keys: ['Home'], command: 'home', where: 'grid' },
  { keys: ['End'], command: 'end', where: 'grid' },
  { keys: ['Ctrl+a'], command: 'selectAll', where: 'grid' },
  { keys: [' '], command: 'flip', where: 'grid' },
  { keys: ['f'], command: 'flip', where: 'panel' },
  { keys: ['x'], command: 'bad', where: 'panel' },
  { keys: ['g'], command: 'good', where: 'panel' },
  { keys: ['u', 'Ctrl+z'], command: 'undo', where: 'panel' },
  { keys: ['Ctrl+y'], command: 'redo', where: 'panel' },
  { keys: ['Enter'], command: 'compare', where: 'grid' },
  { keys: ['Escape'], command: 'back', where: 'panel' },
  { keys: ['['], command: 'thresholdDown', where: 'panel' },
  { keys: [']'], command: 'thresholdUp', where: 'panel' },
  { keys: [','], command: 'epochBefore', where: 'panel' },
  { keys: ['.'], command: 'epochAfter', where: 'panel' },
  { keys: ['e'], command: 'epochMost', where: 'panel' },
  { keys: ['/'], command: 'search', where: 'panel' },
  { keys: ['?'], command: 'keys', where: 'panel' },
];

/** Undefined when the key means nothing here. Shift is left to the command: with arrows it selects, with marks it teaches. */
export function commandFor(event: KeyboardEvent, inGrid: boolean): KeyCommand | undefined {
  if (event.altKey) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const pressed = event.ctrlKey || event.metaKey ? `Ctrl+${key}` : key;
  return bindings.find(({ keys, where }) => keys.includes(pressed) && (inGrid || where === 'panel'))?.command;
}

export interface KeyHelp {
  readonly keys: readonly string[];
  readonly meaning: string;
}

export function keyHelp(): readonly KeyHelp[] {
  return [
    { keys: ['←', '→', '↑', '↓'], meaning: l10n.t('Move; with Shift, select') },
    { keys: ['h', 'j', 'k', 'l'], meaning: l10n.t('Move left, down, up, right') },
    { keys: ['Page Up', 'Page Down', 'Home', 'End'], meaning: l10n.t('Move a page, to the first, to the last') },
    { keys: ['Space', 'f'], meaning: l10n.t('Flip the flag') },
    { keys: ['x'], meaning: l10n.t('Mark bad; again: take it back') },
    { keys: ['g'], meaning: l10n.t('Mark good; again: take it back') },
    { keys: ['Shift+X', 'Shift+G'], meaning: l10n.t('The same, and others like it: the ranking learns from marks') },
    { keys: ['u', 'Ctrl+Z'], meaning: l10n.t('Undo the last step') },
    { keys: ['Shift+U', 'Ctrl+Shift+Z'], meaning: l10n.t('Do it again') },
    { keys: ['Enter'], meaning: l10n.t('Compare with the reconstruction') },
    { keys: ['+', '−', '0'], meaning: l10n.t('Zoom in the comparison, show all') },
    { keys: ['Esc'], meaning: l10n.t('Close the comparison, deselect, back to the review') },
    { keys: ['[', ']'], meaning: l10n.t('Move the threshold a step down, up') },
    { keys: [',', '.'], meaning: l10n.t('Ranking after the epoch before, after the next') },
    { keys: ['e'], meaning: l10n.t('Ranking of the epoch at which the tail stands out most, and back') },
    { keys: ['Ctrl+A'], meaning: l10n.t('Select all images shown') },
    { keys: ['Shift+Click', 'Ctrl+Click'], meaning: l10n.t('Select a range, add one') },
    { keys: ['Shift+F10'], meaning: l10n.t('What else can be done with the image') },
    { keys: ['Ctrl+Wheel'], meaning: l10n.t('Size of the pictures') },
    { keys: ['Space+Drag'], meaning: l10n.t('Move the map') },
    { keys: ['/'], meaning: l10n.t('Search') },
    { keys: ['?'], meaning: l10n.t('This list') },
  ];
}
