import { describe, expect, it } from 'vitest';
import { refuseUntrusted } from '../../src/extension/trust';
import { defaultSettings, type ScanRequest } from '../../src/shared/settings';

const plain: ScanRequest = { source: '/pictures', withSource: 'auto', settings: defaultSettings };
const withFile: ScanRequest = { ...plain, settings: { ...defaultSettings, backbone: '/pictures/net.onnx' } };

describe('a workspace that nobody vouches for', () => {
  it('has its images scanned as any other', () => expect(() => refuseUntrusted(plain, false)).not.toThrow());

  it('makes no run load a network file, which is said with the way to allow it', () => {
    expect(() => refuseUntrusted(withFile, false)).toThrow(
      /not trusted.*“\/pictures\/net\.onnx”.*Workspaces: Manage Workspace Trust/,
    );
    expect(() => refuseUntrusted(withFile, true)).not.toThrow();
  });
});
