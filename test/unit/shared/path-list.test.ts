import { describe, expect, it } from 'vitest';
import { refuseLineBreaks } from '../../../src/shared/path-list';

describe('a list of paths', () => {
  it('refuses a name with a line break, which would be taken for two, and shows where it is', () => {
    expect(() => refuseLineBreaks(['usual.png', 'in two\nlines.png'])).toThrow('“in two\\nlines.png”');
    expect(() => refuseLineBreaks(['old\rmac.png'])).toThrow('“old\\rmac.png”');
  });

  it('takes all other names as they are', () => {
    expect(() => refuseLineBreaks(['tab\there.png', 'back\\nslash.png', 'ряд 1.png'])).not.toThrow();
  });
});
