/** Whether a native library is whole and of this platform, before it is loaded: half of one may end the process. */
import * as l10n from '@vscode/l10n';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** ELF's numbers of processors, by Node's names. */
const machines: Readonly<Record<string, number>> = { x64: 62, arm64: 183, ia32: 3, arm: 40 };

const headerBytes = 64;

/** The end of a sentence that begins with the file's name: what is wrong with it; undefined when nothing is seen. */
export function libraryFault(
  file: string,
  platform: string = process.platform,
  architecture: string = process.arch,
): string | undefined {
  const header = Buffer.alloc(headerBytes);
  const opened = openSync(file, 'r');
  try {
    const { size } = fstatSync(opened);
    if (readSync(opened, header, 0, headerBytes, 0) < headerBytes) return l10n.t('is cut off after {0} bytes', size);
    const system = systemOf(header);
    if (system === undefined) return l10n.t('is no native library');
    if (system !== platform) return l10n.t('is made for {0}, not for {1}', system, platform);
    return system === 'linux' ? elfFault(header, size, architecture) : undefined;
  } finally {
    closeSync(opened);
  }
}

function systemOf(header: Buffer): string | undefined {
  if (header.readUInt32BE(0) === 0x7f454c46) return 'linux';
  if (header.toString('latin1', 0, 2) === 'MZ') return 'win32';
  // Mach-O for one processor, and for several.
  return [0xcffaedfe, 0xcafebabe].includes(header.readUInt32BE(0)) ? 'darwin' : undefined;
}

/** Executable and Linkable Format, 64 bits: the table of sections comes last. */
function elfFault(header: Buffer, size: number, architecture: string): string | undefined {
  const machine = header.readUInt16LE(18);
  const wanted = machines[architecture];
  if (wanted !== undefined && machine !== wanted) {
    const name = Object.keys(machines).find((one) => machines[one] === machine) ?? l10n.t('processor {0}', machine);
    return l10n.t('is made for {0}, not for {1}', name, architecture);
  }
  const [tableStart, entryBytes, entries] = [
    Number(header.readBigUInt64LE(40)),
    header.readUInt16LE(58),
    header.readUInt16LE(60),
  ];
  const end = tableStart + entryBytes * entries;
  return size < end ? l10n.t('is cut off: it has {0} of {1} bytes', size, end) : undefined;
}
