/** Why one image cannot be read, as a short sentence for people. */
import { maximalPixels } from './decode-image';
import { beginsLikeImage, recogniseUndecodable } from './image-formats';

/** A reason that is known already; its message is shown as it is. */
export class Unreadable extends Error {}

const systemReasons: Readonly<Record<string, string>> = {
  ENOENT: 'the file is missing',
  ENOTDIR: 'the file is missing',
  EACCES: 'there is no permission to read the file',
  EPERM: 'there is no permission to read the file',
  EISDIR: 'it is a folder, not an image',
  ELOOP: 'the link leads in a circle',
  EIO: 'the disk reports an error while reading the file',
  ENAMETOOLONG: 'its path is too long for this system',
};

const endsEarly = /premature end|unexpected end|read error|truncated|not enough data|bad seek|unable to parse image/i;

/**
 * @param start the first bytes of the file, as far as they were read
 */
export function failureReason(error: unknown, start: Buffer | undefined): string {
  if (error instanceof Unreadable) return error.message;
  const code = systemErrorCode(error);
  if (code !== undefined && systemReasons[code] !== undefined) return systemReasons[code];
  const message = error instanceof Error ? error.message : String(error);
  if (start?.length === 0) return 'the file is empty';
  if (/pixel limit/i.test(message)) return `it has more than ${maximalPixels / 1e6} million pixels`;
  const disguise = start && recogniseUndecodable(start);
  if (disguise !== undefined) return `it is ${disguise}`;
  if (/unsupported image format/i.test(message)) {
    return start && beginsLikeImage(start) ? 'the file is damaged or ends early' : 'it is not an image';
  }
  if (endsEarly.test(message)) return 'the file is damaged or ends early';
  return `the image is damaged (${firstLine(message)})`;
}

/** `ENOENT` and the like of an error from the file system. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function firstLine(message: string): string {
  const line = message.split('\n')[0]?.trim() ?? '';
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
