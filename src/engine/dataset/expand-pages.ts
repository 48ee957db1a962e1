/** Files of several pages among image files: each page is an image, named `scan.tif#3`. */
import { splitPage, type PageLocation } from '../../shared/source-location';
import { systemErrorCode } from './failure-reason';
import { readImageFile, type FileContent } from './read-file';
import { readTiffPage } from './tiff-page';
import { listTiffPages, type TiffPage, type TiffPages } from './tiff-pages';

export interface ListedImages {
  readonly paths: readonly string[];
  readonly notes: readonly string[];
  /** The absolute path of the file behind each of `paths`. */
  file(index: number): string;
  /** Reads an image: its file, or its page of it. Throws as {@link readImageFile} does. */
  read(index: number): Promise<FileContent>;
}

const inFlight = 16;

interface Listed {
  readonly path: string;
  readonly file: string;
  readonly page?: TiffPage;
}

/**
 * Pages follow one another where their file was; a path that names a page stands for it alone. A file of one page, and
 * one that cannot be understood, keeps its name.
 * @param fileOf the absolute path behind each of `paths`. Throws the signal's reason.
 */
export async function expandPages(
  paths: readonly string[],
  fileOf: (index: number) => string,
  signal: AbortSignal,
): Promise<ListedImages> {
  const files = new Set<string>();
  paths.forEach((_, index) => {
    const file = splitPage(fileOf(index))?.file ?? fileOf(index);
    if (isTiff(file)) files.add(file);
  });
  const found = await lookInto([...files], signal);
  const notes: string[] = [];
  const images = paths.flatMap((path, index): Listed[] => {
    const file = fileOf(index);
    const named = splitPage(file);
    if (named) return [namedPage(path, file, named, found.get(named.file)?.pages ?? [])];
    const { pages, note } = found.get(file) ?? { pages: [] };
    if (note !== undefined) notes.push(note(path));
    if (pages.length === 0) return [{ path, file }];
    return pages.map((page, place) => ({ path: pages.length === 1 ? path : `${path}#${place + 1}`, file, page }));
  });
  const image = (index: number) => images[index] ?? { file: '', page: undefined };
  return {
    paths: images.map(({ path }) => path),
    notes,
    file: (index) => image(index).file,
    read: (index) => {
      const { file, page } = image(index);
      return page ? readTiffPage(page) : readImageFile(file);
    },
  };
}

/** What is not there keeps its place: reading it under its own name gives the reason. */
function namedPage(path: string, file: string, named: PageLocation, pages: readonly TiffPage[]): Listed {
  const page = pages[named.page - 1];
  if (page) return { path, file: named.file, page };
  return { path, file: pages.length === 0 && named.page === 1 ? named.file : file };
}

async function lookInto(files: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, TiffPages>> {
  const found = new Map<string, TiffPages>();
  for (let start = 0; start < files.length; start += inFlight) {
    signal.throwIfAborted();
    const look = async (file: string) => found.set(file, await pagesOf(file));
    await Promise.all(files.slice(start, start + inFlight).map(look));
  }
  return found;
}

function isTiff(path: string): boolean {
  return /\.tiff?$/i.test(path);
}

async function pagesOf(file: string): Promise<TiffPages> {
  try {
    return await listTiffPages(file);
  } catch (error) {
    // What cannot be opened keeps its place; reading it gives the reason.
    if (systemErrorCode(error) === undefined) throw error;
    return { pages: [] };
  }
}
