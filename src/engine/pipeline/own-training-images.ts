/** Images to train on that are the very ones to score are no others: what is said of others would be wrong of them. */
import * as l10n from '@vscode/l10n';
import type { ScanRequest } from '../../shared/settings';
import { splitLocation } from '../../shared/source-location';
import { realPlace } from '../runs/real-place';

/** The request as it is meant, and a sentence where that is another one than it says. */
export async function trainedOnItself(
  request: ScanRequest,
): Promise<{ readonly request: ScanRequest; readonly note?: string }> {
  const { trainOn, ...rest } = request;
  if (trainOn === undefined || !(await isSamePlace(trainOn, request.source))) return { request };
  return {
    request: { ...rest, withSource: 'auto' },
    note: l10n.t('The images to train on are those to score, so there are no others that say what is usual.'),
  };
}

async function isSamePlace(one: string, other: string): Promise<boolean> {
  const [first, second] = [splitLocation(one), splitLocation(other)];
  return first.array === second.array && (await realPlace(first.path)) === (await realPlace(second.path));
}
