import { realpath } from 'node:fs/promises';
import path from 'node:path';

/** The real path of an absolute place that need not exist yet. */
export async function realPlace(place: string): Promise<string> {
  try {
    return await realpath(place);
  } catch {
    const parent = path.dirname(place);
    return parent === place ? place : path.join(await realPlace(parent), path.basename(place));
  }
}
