import { stat } from 'node:fs/promises';

/** Whether something, of whatever kind, stands at this place. */
export async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
