/** Which image of a run a person means. */
import { dirname, resolve } from 'node:path';
import { UserError } from '../shared/errors';

/**
 * The place of the image with this path, with this end of a path when only one has it, with this number (from 0, as in
 * the CSV export), or of the file that a shell completes, from where the program runs.
 * @param source what `paths` are relative to: a folder, or a list in one. Throws `settings-invalid`.
 */
export function findImage(text: string, paths: readonly string[], source?: string): number {
  const wanted = text.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
  // As it stands first: a name may hold a backslash, where that divides no folders.
  const exact = [text, wanted].map((path) => paths.indexOf(path)).find((index) => index >= 0);
  if (exact !== undefined) return exact;
  const alike = [...paths.keys()].filter((index) => paths[index]?.endsWith(`/${wanted}`));
  if (alike.length > 1) {
    throw new UserError(
      'settings-invalid',
      `--image “${text}” fits ${alike.length} images, such as ${paths[alike[0] ?? 0] ?? ''}: write more of the path.`,
    );
  }
  if (paths.length === 0) {
    throw new UserError(
      'settings-invalid',
      `No images of the run are known yet, so “${text}” is none. Let it go on first.`,
    );
  }
  const index =
    alike[0] ?? (/^\d+$/.test(wanted) ? Number(wanted) : source === undefined ? -1 : findFile(text, paths, source));
  if (index in paths) return index;
  throw new UserError(
    'settings-invalid',
    `The run has no image “${text}”: name a path as the ranking shows it, or a number from 0 to ${paths.length - 1}.`,
  );
}

function findFile(text: string, paths: readonly string[], source: string): number {
  const file = resolve(text);
  return paths.findIndex((path) => resolve(source, path) === file || resolve(dirname(source), path) === file);
}
