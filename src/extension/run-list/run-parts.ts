/** What the engine writes into a run folder. */
const partNames =
  /^(?:run\.json|review(?:\.damaged-.*)?\.json|(?:history|moves)\.json|manifest\.jsonl|labels\.i8|\.gitignore|\.review\.lock|\..*\.tmp|scores(?:-.*)?|cache|model|thumbnails|compare|epochs|indexes)$/;

/** Whether something in a run folder belongs to the run; anything else there is somebody's own. */
export function isPartOfRun(name: string): boolean {
  return partNames.test(name);
}
