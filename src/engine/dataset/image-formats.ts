/** Which files count as images, and what a file is by its first bytes. */
import * as l10n from '@vscode/l10n';
import path from 'node:path';
import sharp from 'sharp';
import * as v from 'valibot';

/** Formats people keep images in that the decoder cannot read: they keep their place and say why. */
const undecodableExtensions = ['.bmp', '.heic', '.heif', '.jp2', '.j2k', '.jxl', '.pbm', '.pgm', '.ppm', '.pnm'];

const formatsSchema = v.array(
  v.object({ input: v.object({ buffer: v.boolean(), fileSuffix: v.optional(v.array(v.string()), []) }) }),
);

const decodableExtensions = v
  .parse(formatsSchema, Object.values(sharp.format))
  .filter((format) => format.input.buffer)
  .flatMap((format) => format.input.fileSuffix)
  .filter((suffix) => /^\.[a-z0-9]+$/.test(suffix));

const imageExtensions: ReadonlySet<string> = new Set([...decodableExtensions, ...undecodableExtensions]);

/** The extensions that can be decoded, for messages. */
export const readableExtensions: readonly string[] = [...new Set(decodableExtensions)].sort();

export function hasImageExtension(name: string): boolean {
  return imageExtensions.has(path.extname(name).toLowerCase());
}

interface Signature {
  /** In the user's language. */
  name(): string;
  matches(start: Buffer): boolean;
}

const text = (offset: number, ...alternatives: readonly string[]) => {
  return (start: Buffer) =>
    alternatives.some((word) => start.toString('latin1', offset, offset + word.length) === word);
};

/** What people rename to `.jpg`, or keep beside JPEGs, and no decoder here reads. */
const undecodableSignatures: readonly Signature[] = [
  {
    name: () => l10n.t('a Git LFS pointer instead of the image (fetch it with `git lfs pull`)'),
    matches: text(0, 'version https://git-lfs'),
  },
  { name: () => l10n.t('a BMP picture, which cannot be decoded here (convert it to PNG)'), matches: text(0, 'BM') },
  {
    name: () => l10n.t('a HEIC picture, which cannot be decoded here (convert it to JPEG)'),
    matches: text(4, 'ftypheic', 'ftypheix', 'ftypmif1', 'ftyphevc', 'ftypmsf1'),
  },
  {
    name: () => l10n.t('a JPEG XL picture, which cannot be decoded here (convert it to PNG)'),
    matches: text(0, '\xff\x0a', '\0\0\0\x0cJXL '),
  },
  {
    name: () => l10n.t('a JPEG 2000 picture, which cannot be decoded here (convert it to PNG)'),
    matches: text(0, '\0\0\0\x0cjP  ', '\xff\x4f\xff\x51'),
  },
  {
    name: () => l10n.t('a PNM picture, which cannot be decoded here (convert it to PNG)'),
    matches: (start) => /^P[1-6]\s/.test(start.toString('latin1', 0, 3)),
  },
  { name: () => l10n.t('a PDF document'), matches: text(0, '%PDF') },
  { name: () => l10n.t('a ZIP archive'), matches: text(0, 'PK\x03\x04') },
  {
    name: () => l10n.t('a web page'),
    matches: (start) => /^\s*<(!doctype html|html)/i.test(start.toString('latin1', 0, 64)),
  },
];

/** What a file that is no readable image is, by its first bytes; `undefined`: unknown. */
export function recogniseUndecodable(start: Buffer): string | undefined {
  return undecodableSignatures.find((signature) => signature.matches(start))?.name();
}

const imageSignatures = [
  text(0, '\xff\xd8\xff'),
  text(0, '\x89PNG'),
  text(0, 'GIF8'),
  text(0, 'RIFF'),
  text(0, 'II*\0', 'MM\0*', 'II+\0', 'MM\0+'),
  text(4, 'ftypavif', 'ftypavis'),
];

/** Whether the file begins like an image the decoder reads, though it may be damaged further on. */
export function beginsLikeImage(start: Buffer): boolean {
  return imageSignatures.some((matches) => matches(start));
}
