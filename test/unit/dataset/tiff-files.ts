/** TIFF files made by hand, honest and otherwise: uncompressed, one strip a page. */

export interface TiffPageOptions {
  readonly width?: number;
  readonly height?: number;
  /** [height, width, samples] */
  readonly pixels: Uint8Array;
  readonly samples?: 1 | 3;
  readonly bits?: 8 | 16 | 32;
  /** [3, 256]: all reds, all greens, all blues, 16 bits each. */
  readonly palette?: readonly number[];
  /** 1 a smaller copy, 4 a mask. */
  readonly subfileType?: number;
  /** Instead of the honest length of the pixels. */
  readonly stripBytes?: number;
  readonly compression?: number;
  readonly floatingPoint?: boolean;
}

export interface TiffOptions {
  readonly bigEndian?: boolean;
  readonly big?: boolean;
  /** The place (among the pages) of the page that the last one leads to. */
  readonly loopTo?: number;
}

export function tiff(pages: readonly TiffPageOptions[], { bigEndian = false, big = false, loopTo }: TiffOptions = {}) {
  const word = big ? 8 : 4;
  const number = (value: number, bytes: number): Buffer => {
    const buffer = Buffer.alloc(bytes);
    if (bytes === 8) {
      if (bigEndian) buffer.writeBigUInt64BE(BigInt(value));
      else buffer.writeBigUInt64LE(BigInt(value));
    } else if (bigEndian) buffer.writeUIntBE(value, 0, bytes);
    else buffer.writeUIntLE(value, 0, bytes);
    return buffer;
  };
  const headerBytes = big ? 16 : 8;
  const parts: Buffer[] = [];
  let end = headerBytes;
  const append = (bytes: Uint8Array): number => {
    const place = end;
    parts.push(Buffer.from(bytes));
    end += bytes.length;
    return place;
  };
  const places: number[] = [];
  const nextFields: Buffer[] = [];
  for (const page of pages) {
    const { width = 2, height = 2, samples = 1, bits = 8, palette, subfileType, compression = 1, pixels } = page;
    const strip = append(pixels);
    const colours = palette && append(Buffer.concat(palette.map((value) => number(value, 2))));
    const bitsPerSample =
      samples === 3 ? append(Buffer.concat([bits, bits, bits].map((value) => number(value, 2)))) : 0;
    const entries: [tag: number, type: number, count: number, value: number][] = [
      [256, 4, 1, width],
      [257, 4, 1, height],
      samples === 3 && !big ? [258, 3, 3, bitsPerSample] : [258, 3, 1, bits],
      [259, 3, 1, compression],
      [262, 3, 1, palette ? 3 : samples === 3 ? 2 : 1],
      [273, 4, 1, strip],
      [277, 3, 1, samples],
      [278, 4, 1, height],
      [279, 4, 1, page.stripBytes ?? pixels.length],
    ];
    if (subfileType !== undefined) entries.unshift([254, 4, 1, subfileType]);
    if (colours !== undefined) entries.push([320, 3, 768, colours]);
    if (page.floatingPoint === true) entries.push([339, 3, 1, 3]);
    const fields = entries.map(([tag, type, count, value]) => {
      const inline =
        count === 1 ? Buffer.concat([number(value, type === 3 ? 2 : 4), Buffer.alloc(word)]) : number(value, word);
      return Buffer.concat([number(tag, 2), number(type, 2), number(count, word), inline.subarray(0, word)]);
    });
    const next = Buffer.alloc(word);
    nextFields.push(next);
    places.push(append(Buffer.concat([number(entries.length, big ? 8 : 2), ...fields])));
    end += word;
    parts.push(next);
  }
  nextFields.forEach((field, index) => {
    const to = index + 1 < places.length ? places[index + 1] : loopTo === undefined ? 0 : places[loopTo];
    number(to ?? 0, word).copy(field);
  });
  const order = Buffer.from(bigEndian ? 'MM' : 'II', 'latin1');
  const first = places[0] ?? 0;
  const header = big
    ? [order, number(43, 2), number(8, 2), number(0, 2), number(first, 8)]
    : [order, number(42, 2), number(first, 4)];
  return Buffer.concat([...header, ...parts]);
}

/** A chain of as many empty pages as there are, 6 bytes each: small, but long to walk. */
export function endlessTiff(pages: number): Buffer {
  const file = Buffer.alloc(8 + 6 * pages);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(8, 4);
  for (let page = 0; page < pages; page++) {
    const next = page + 1 < pages ? 8 + 6 * (page + 1) : 0;
    file.writeUInt32LE(next, 8 + 6 * page + 2);
  }
  return file;
}
