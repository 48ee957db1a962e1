/** Why one image cannot be read, as a short sentence for people. */
import * as l10n from '@vscode/l10n';
import { maximalPixels } from './decode-image';
import { beginsLikeImage, recogniseUndecodable } from './image-formats';

/** A reason that is known already; its message is shown as it is. */
export class Unreadable extends Error {}

const systemReasons: Readonly<Record<string, string>> = {
  ENOENT: l10n.t('the file is missing'),
  ENOTDIR: l10n.t('the file is missing'),
  EACCES: l10n.t('there is no permission to read the file'),
  EPERM: l10n.t('there is no permission to read the file'),
  EISDIR: l10n.t('it is a folder, not an image'),
  ELOOP: l10n.t('the link leads in a circle'),
  EIO: l10n.t('the disk reports an error while reading the file'),
  ENAMETOOLONG: l10n.t('its path is too long for this system'),
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
  if (start?.length === 0) return l10n.t('the file is empty');
  if (/pixel limit/i.test(message)) return l10n.t('it has more than {0} million pixels', maximalPixels / 1e6);
  const disguise = start && recogniseUndecodable(start);
  if (disguise !== undefined) return l10n.t('it is {0}', disguise);
  if (/unsupported image format/i.test(message)) {
    return start && beginsLikeImage(start) ? l10n.t('the file is damaged or ends early') : l10n.t('it is not an image');
  }
  if (endsEarly.test(message)) return l10n.t('the file is damaged or ends early');
  return l10n.t('the image is damaged ({0})', firstLine(message));
}

/** `ENOENT` and the like of an error from the file system. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function firstLine(message: string): string {
  const line = message.split('\n')[0]?.trim() ?? '';
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
