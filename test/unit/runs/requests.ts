import type { ScanRequest } from '../../../src/shared/settings';
import { defaultSettings } from '../../../src/shared/settings';

export function requestFor(source: string, more: Partial<ScanRequest> = {}): ScanRequest {
  return { source, withSource: 'auto', settings: defaultSettings, ...more };
}
