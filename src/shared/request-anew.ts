import type { ScanRequest } from './settings';

/** The same request with a new run folder each time: what was found before stays. */
export function requestAnew(request: ScanRequest): ScanRequest {
  const anew = { ...request };
  delete anew.out;
  return anew;
}
