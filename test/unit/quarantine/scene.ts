/** A run of files with made-up scores: quarantine asks a run only for its request, its names and their hashes. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { RunFolder } from '../../../src/engine/runs/run-folder';
import type { FlaggedImages } from '../../../src/engine/quarantine/quarantine';
import type { ManifestEntry } from '../../../src/shared/run';
import { defaultSettings } from '../../../src/shared/settings';

/** As a scan would leave it; `flagged` by name. */
export async function scannedRun(source: string, out: string, flagged: readonly string[]): Promise<FlaggedImages> {
  const request = { source, withSource: 'auto' as const, out, settings: defaultSettings };
  const { run } = await RunFolder.create(request, new Date(0));
  const manifest = filesBelow(source).map((name): ManifestEntry => entryOf(source, name));
  return { run, manifest, flags: manifest.map(({ path: name }) => (flagged.includes(name) ? 1 : 0)) };
}

function entryOf(source: string, name: string): ManifestEntry {
  const file = path.join(source, name);
  const { size, mtimeMs } = statSync(file);
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  return { path: name, sha256, bytes: size, modifiedMs: Math.round(mtimeMs), width: 1, height: 1 };
}

/** Names with `/`, sorted; without journals and locks. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('anomaly-review-moves-'))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}
