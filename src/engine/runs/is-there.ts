/** What stands at a place; nothing where it cannot be told. */
import { stat } from 'node:fs/promises';

/** Whether something, of whatever kind, stands at this place. */
export function isThere(place: string): Promise<boolean> {
  return stat(place).then(
    () => true,
    () => false,
  );
}

export function isFolder(place: string): Promise<boolean> {
  return stat(place).then(
    (info) => info.isDirectory(),
    () => false,
  );
}
