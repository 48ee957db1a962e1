import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { nearPath, programName, shellQuoted } from '../../../src/cli/command-line';

describe('a command to copy', () => {
  it.skipIf(process.platform === 'win32').each(['plain', 'two words', "it's", '$HOME', 'a"b', 'яблоки', 'a;b', '*'])(
    'reaches the program as it was: %s',
    (text) => {
      const echoed = execFileSync('sh', ['-c', `printf %s ${shellQuoted(text)}`], { encoding: 'utf8' });
      expect(echoed).toBe(text);
    },
  );

  it('leaves simple paths readable', () => {
    expect(shellQuoted('runs/apples-1/яблоко.png')).toBe('runs/apples-1/яблоко.png');
  });

  it('names the program as it was started', () => {
    expect(programName('/usr/local/bin/anomaly-review', '/home/a')).toBe('anomaly-review');
    expect(programName('/home/a/dist/cli.js', '/home/a')).toBe('node dist/cli.js');
    expect(programName('/opt/my app/cli.js', '/home/a')).toBe("node '/opt/my app/cli.js'");
  });

  it('shortens paths below the current folder only', () => {
    expect(nearPath('/home/a/runs/x', '/home/a')).toBe('runs/x');
    expect(nearPath('/home/b/x', '/home/a')).toBe('/home/b/x');
    expect(nearPath('/home/a', '/home/a')).toBe('.');
  });
});
