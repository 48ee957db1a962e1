/** Paths as they fit into a form. */

const longest = 56;

/** Relative to `folder` where it lies inside of it, else its end; the full path belongs in a title. */
export function shortPath(path: string, folder: string): string {
  const inside = folder !== '' && /^[\\/]/.test(path.slice(folder.length)) && path.startsWith(folder);
  const shown = inside ? path.slice(folder.length + 1) : path;
  if (shown.length <= longest) return shown;
  const parts = shown.split(/(?=[\\/])/);
  let end = parts.pop() ?? '';
  for (let part = parts.pop(); part !== undefined && part.length + end.length < longest; part = parts.pop()) {
    end = part + end;
  }
  return end.length > longest ? `…${end.slice(1 - longest)}` : `…${end}`;
}

/** The folder a path lies in, whichever slashes it is written with; empty for a bare name. */
export function folderOf(path: string): string {
  return path.replace(/[\\/]?[^\\/]*$/, '');
}
