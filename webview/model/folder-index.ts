/** In which folder each image lies, and how many images each folder holds. */

/** Of images that lie above all folders. */
export const topFolder = '.';
/** More would be no list to choose from: the largest, then. */
const longestList = 300;

export interface FolderCount {
  readonly folder: string;
  readonly images: number;
}

export class FolderIndex {
  /** Folders that hold images themselves. */
  readonly names: readonly string[];
  /** By image: the place of its folder in {@link names}. */
  readonly folderOf: Uint32Array;
  /** Folders worth choosing: those that hold or enclose some of the images, but not all. */
  private readonly choices: readonly string[];

  /** @param paths with `/` */
  constructor(paths: readonly string[]) {
    const places = new Map<string, number>();
    this.folderOf = Uint32Array.from(paths, (path) => {
      const end = path.lastIndexOf('/');
      const folder = end < 0 ? topFolder : path.slice(0, end);
      const known = places.get(folder) ?? places.size;
      if (known === places.size) places.set(folder, known);
      return known;
    });
    this.names = [...places.keys()];
    const images = new Uint32Array(this.names.length);
    for (const folder of this.folderOf) images[folder] = (images[folder] ?? 0) + 1;
    const all = [...this.withEnclosing(images)].filter(([, count]) => count < paths.length);
    const largest = all.sort(([, a], [, b]) => b - a).slice(0, longestList);
    this.choices = largest.map(([folder]) => folder).sort((a, b) => (a < b ? -1 : 1));
  }

  /** Whether an image lies in `folder` or in one inside of it; directly above all folders for {@link topFolder}. */
  test(folder: string): (index: number) => boolean {
    const accepted = Uint8Array.from(this.names, (name) => Number(isInside(name, folder)));
    return (index) => accepted[this.folderOf[index] ?? -1] === 1;
  }

  /** @param images by place in {@link names}: how many lie there */
  counts(images: Uint32Array): FolderCount[] {
    const sums = this.withEnclosing(images);
    return this.choices.map((folder) => ({ folder, images: sums.get(folder) ?? 0 }));
  }

  private withEnclosing(images: Uint32Array): Map<string, number> {
    const sums = new Map<string, number>();
    this.names.forEach((name, place) => {
      const count = images[place] ?? 0;
      for (let end = name.length; end > 0; end = name.lastIndexOf('/', end - 1)) {
        const folder = name.slice(0, end);
        sums.set(folder, (sums.get(folder) ?? 0) + count);
      }
    });
    return sums;
  }
}

function isInside(name: string, folder: string): boolean {
  return name === folder || (folder !== topFolder && name.startsWith(`${folder}/`));
}
