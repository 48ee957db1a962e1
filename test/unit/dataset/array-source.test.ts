import { execFileSync } from 'node:child_process';
import { readdirSync, statSync, symlinkSync, truncateSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openSource, type OpenSourceOptions } from '../../../src/engine/dataset/open-source';
import { refuseBomb } from '../../../src/engine/dataset/unpack';
import { scratchFolder } from '../../fixtures/scratch-folder';
import { bytesOf, npy, zip, type NpyOptions } from './numpy-files';

const scratch = scratchFolder();
const { signal } = new AbortController();

/** Opens an array of images [count, 2, 2] and answers with the levels of all of them. */
async function levels(location: string, height = 2, width = 2, channels: 1 | 3 = 1) {
  const source = await openSource(location, signal, { workFolder: scratch.path('work') });
  try {
    const images: (number[] | string)[] = [];
    for (const index of source.paths.keys()) {
      const { entry, pixels } = await source.decode(index, { channels, height, width });
      images.push(entry.error ?? [...(pixels ?? [])]);
    }
    return { source, images, notes: source.notes };
  } finally {
    await source.close();
  }
}

const two = [2, 2, 2] as const;
const plain = Uint8Array.from([0, 1, 2, 3, 250, 251, 252, 255]);

describe('an array of images', () => {
  it('is read image by image, named by the array, with hash, size and place', async () => {
    const { source, images, notes } = await levels(scratch.write('digits.npy', npy(two, plain)));
    expect(source.paths).toEqual(['digits/000000', 'digits/000001']);
    expect(source.name).toBe('digits.npy');
    expect(source.filePath(0)).toBeUndefined();
    expect(images).toEqual([
      [0, 1, 2, 3],
      [250, 251, 252, 255],
    ]);
    expect(notes).toEqual(['“digits.npy” was read as uint8 in 0…255, grey.']);
  });

  const floats = (...values: number[]) => bytesOf(Float32Array.from(values));
  const swapped = (bytes: Buffer, size: 2 | 4 | 8) => {
    if (size === 2) return Buffer.from(bytes).swap16();
    return size === 4 ? Buffer.from(bytes).swap32() : Buffer.from(bytes).swap64();
  };

  it.each<[string, string, Buffer]>([
    ['float32 in 0…1', '<f4', floats(0, 0.25, 0.5, 1)],
    ['float32 in −1…1', '<f4', floats(-1, -0.5, 0, 1)],
    ['float32 in 0…255', '<f4', floats(0, 63.75, 127.5, 255)],
    ['float32 big endian in 0…1', '>f4', swapped(floats(0, 0.25, 0.5, 1), 4)],
    ['float64 in 0…1', '<f8', bytesOf(Float64Array.from([0, 0.25, 0.5, 1]))],
    ['float64 big endian in 0…1', '>f8', swapped(bytesOf(Float64Array.from([0, 0.25, 0.5, 1])), 8)],
    ['float16 in 0…1', '<f2', bytesOf(Uint16Array.from([0, 0x3400, 0x3800, 0x3c00]))],
    ['float16 big endian in −1…1', '>f2', swapped(bytesOf(Uint16Array.from([0xbc00, 0xb800, 0, 0x3c00])), 2)],
    ['uint16 in 0…65535', '<u2', bytesOf(Uint16Array.from([0, 16_384, 32_768, 65_535]))],
    ['uint16 big endian in 0…4095', '>u2', swapped(bytesOf(Uint16Array.from([0, 1024, 2048, 4095])), 2)],
    ['int32 in 0…255', '<i4', bytesOf(Int32Array.from([0, 64, 128, 255]))],
    ['int64 in 0…255', '<i8', bytesOf(BigInt64Array.from([0n, 64n, 128n, 255n]))],
  ])('becomes grey levels by its range: %s', async (reading, descr, data) => {
    const { images, notes } = await levels(scratch.write('a.npy', npy([1, 2, 2], data, { descr })));
    const [[black, dark = 0, middle = 0, white] = []] = images as number[][];
    expect([black, white]).toEqual([0, 255]);
    expect(Math.abs(dark - 64)).toBeLessThanOrEqual(1);
    expect(Math.abs(middle - 128)).toBeLessThanOrEqual(1);
    expect(notes).toEqual([`“a.npy” was read as ${reading}, grey.`]);
  });

  it('of truth values or of zeros and ones is black and white', async () => {
    const data = Uint8Array.from([0, 1, 1, 0]);
    for (const descr of ['|b1', '|u1']) {
      const { images } = await levels(scratch.write('a.npy', npy([1, 2, 2], data, { descr })));
      expect(images).toEqual([[0, 255, 255, 0]]);
    }
  });

  it('in no usual range is stretched, which is said', async () => {
    const { images, notes } = await levels(
      scratch.write('a.npy', npy([1, 2, 2], floats(-3, 0, 1, 2), { descr: '<f4' })),
    );
    expect(images).toEqual([[0, 153, 204, 255]]);
    expect(notes).toEqual([
      '“a.npy” was read as float32 in −3…2, grey.',
      'Values are in no usual range; −3 was taken as black and 2 as white.',
    ]);
  });

  it('keeps the place of an image with values that are no numbers', async () => {
    const data = floats(0, 0.5, 1, 0, 0, NaN, 1, 0, 0, Infinity, 0, 0, 1, 1, 1, 1);
    const { images } = await levels(scratch.write('a.npy', npy([4, 2, 2], data, { descr: '<f4' })));
    expect(images).toEqual([
      [0, 128, 255, 0],
      'it holds values that are no finite numbers',
      'it holds values that are no finite numbers',
      [255, 255, 255, 255],
    ]);
  });

  it('may have channels last, channels first, or one too many', async () => {
    const colours = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120];
    const last = scratch.write('last.npy', npy([1, 2, 2, 3], Uint8Array.from(colours)));
    const planes = [10, 40, 70, 100, 20, 50, 80, 110, 30, 60, 90, 120];
    expect((await levels(last, 2, 2, 3)).images).toEqual([planes]);
    const first = await levels(
      scratch.write(
        'first.npy',
        npy(
          [1, 3, 2, 5],
          Uint8Array.from({ length: 30 }, (_, i) => i + 9),
        ),
      ),
      2,
      5,
      3,
    );
    expect(first.images).toEqual([Array.from({ length: 30 }, (_, i) => i + 9)]);
    expect(first.notes).toEqual(['“first.npy” was read as uint8 in 0…255, 3 channels first.']);
    const alpha = scratch.write('alpha.npy', npy([1, 1, 1, 4], Uint8Array.from([255, 0, 0, 0])));
    expect((await levels(alpha, 1, 1, 3)).images).toEqual([[128, 128, 128]]);
    const grey = scratch.write('grey.npy', npy([1, 1, 1, 1], Uint8Array.from([77])));
    expect((await levels(grey, 1, 1, 3)).images).toEqual([[77, 77, 77]]);
  });

  it('in Fortran order gives the same images', async () => {
    const shape = [3, 2, 4, 3] as const;
    const place = (n: number, y: number, x: number, c: number) => ((n * 2 + y) * 4 + x) * 3 + c;
    const fortran = new Uint16Array(72);
    let at = 0;
    for (let c = 0; c < 3; c++)
      for (let x = 0; x < 4; x++)
        for (let y = 0; y < 2; y++) for (let n = 0; n < 3; n++) fortran[at++] = 900 * place(n, y, x, c);
    const rows = Uint16Array.from({ length: 72 }, (_, i) => 900 * i);
    const file = scratch.write('f.npy', npy(shape, bytesOf(fortran), { descr: '<u2', fortranOrder: true }));
    const same = scratch.write('c.npy', npy(shape, bytesOf(rows), { descr: '<u2' }));
    expect((await levels(file, 2, 4, 3)).images).toEqual((await levels(same, 2, 4, 3)).images);
  });

  it.each([1, 2, 3] as const)('may have a header of version %d', async (version) => {
    const { images } = await levels(scratch.write('a.npy', npy(two, plain, { version })));
    expect(images).toHaveLength(2);
  });

  it('is resized, cut and rendered like any image', async () => {
    const row = [0, 0, 200, 200];
    const data = Uint8Array.from([...row, ...row, ...row, ...row]);
    const source = await openSource(scratch.write('a.npy', npy([1, 4, 4], data)), signal);
    const right = { channels: 3, height: 1, width: 1, roi: [0.5, 0, 1, 1] } as const;
    expect((await source.decode(0, right)).pixels).toEqual(Uint8Array.from([200, 200, 200]));
    expect(await source.suggestPreprocessing({ color: 'auto' }, signal)).toEqual({
      channels: 1,
      height: 28,
      width: 28,
    });
    const { width, format } = await sharp(await source.render(0, 100, 'png')).metadata();
    expect([width, format]).toEqual([4, 'png']);
    await source.close();
  });
});

describe('what the user says of an array', () => {
  const open = async (content: Uint8Array, arrays: OpenSourceOptions['arrays']) => {
    const source = await openSource(scratch.write('a.npy', content), signal, { ...(arrays && { arrays }) });
    const { pixels } = await source.decode(0, { channels: 1, height: 2, width: 2 });
    await source.close();
    return { levels: [...(pixels ?? [])], notes: source.notes };
  };
  const floats = (...values: number[]) => npy([1, 2, 2], bytesOf(Float32Array.from(values)), { descr: '<f4' });

  it('decides over its range, and what lies beyond it is told', async () => {
    expect(await open(floats(0, 0.5, 1, 1), { arrayRange: '-1..1' })).toEqual({
      levels: [128, 191, 255, 255],
      notes: ['“a.npy” was read as float32 in −1…1, grey.'],
    });
    expect(await open(floats(-2, 0, 1, 3), { arrayRange: '-1..1' })).toEqual({
      levels: [0, 128, 255, 255],
      notes: [
        '“a.npy” was read as float32 in −1…1, grey.',
        'Values from −2 to 3 were found; what lies outside −1…1 is cut to it.',
      ],
    });
    const deep = npy([1, 2, 2], bytesOf(Uint16Array.from([0, 100, 200, 255])), { descr: '<u2' });
    expect((await open(deep, { arrayRange: '0..65535' })).levels).toEqual([0, 0, 1, 1]);
    expect((await open(npy([1, 2, 2], Uint8Array.of(0, 1, 1, 0)), { arrayRange: '0..255' })).levels).toEqual([
      0, 1, 1, 0,
    ]);
  });

  it('decides over its layout where the shape leaves it open, which is told otherwise', async () => {
    const bytes = Uint8Array.from({ length: 12 }, (_, i) => 20 * i);
    const shape = [1, 3, 2, 3].slice(0, 4);
    const eighteen = Uint8Array.from({ length: 18 }, (_, i) => 10 * i);
    const open4 = (arrays: OpenSourceOptions['arrays']) => open(npy(shape, eighteen), arrays);
    expect((await open4({})).notes).toEqual([
      '“a.npy” was read as uint8 in 0…255, 3 channels last.',
      'The shape 1×3×2×3 could be channels first as well; the array layout setting decides.',
    ]);
    expect((await open4({ arrayLayout: 'channels-first' })).notes).toEqual([
      '“a.npy” was read as uint8 in 0…255, 3 channels first.',
    ]);
    await expect(open(npy([1, 2, 3, 2], bytes), { arrayLayout: 'channels-last' })).resolves.toBeDefined();
    await expect(open(npy([1, 5, 1, 4], new Uint8Array(20)), { arrayLayout: 'channels-first' })).rejects.toThrow(
      /with the layout “channels-first” its second axis would be 5 channels, but images have 1 to 4/,
    );
  });

  it('is not needed for rows of pixels, when they make squares', async () => {
    const digit = Uint8Array.from({ length: 64 }, (_, i) => 4 * i);
    const source = await openSource(scratch.write('d.npy', npy([1, 64], digit)), signal);
    expect([...((await source.decode(0, { channels: 1, height: 8, width: 8 })).pixels ?? [])]).toEqual([...digit]);
    expect(source.notes[1]).toBe('The rows of 64 numbers were read as square images of 8×8, grey.');
    await source.close();
    const colour = Uint8Array.from({ length: 3072 }, (_, i) => i % 256);
    const planes = await openSource(scratch.write('c.npy', npy([1, 3072], colour)), signal);
    expect([...((await planes.decode(0, { channels: 3, height: 32, width: 32 })).pixels ?? [])]).toEqual([...colour]);
    expect(planes.notes[1]).toBe('The rows of 3072 numbers were read as square images of 32×32, plane after plane.');
    await planes.close();
    await expect(openSource(scratch.write('v.npy', npy([2, 100, 3], new Uint8Array(600))), signal)).rejects.toThrow(
      /looks like a single picture/,
    );
  });
});

describe('an archive of arrays', () => {
  const train = { name: 'x_train.npy', content: npy(two, plain) };
  const test = { name: 'x_test.npy', content: npy([1, 2, 2], plain.slice(4)) };

  it.each([false, true])('gives the array that is named (compressed: %s)', async (deflate) => {
    const file = scratch.write(
      'digits.npz',
      zip([
        { ...train, deflate },
        { ...test, deflate },
      ]),
    );
    const { source, images } = await levels(`${file}#x_test`);
    expect(source.paths).toEqual(['x_test/000000']);
    expect(source.name).toBe('digits.npz#x_test');
    expect(images).toEqual([[250, 251, 252, 255]]);
  });

  it('needs no name when there is one array, and lists them when there are several', async () => {
    const one = scratch.write('one.npz', zip([{ ...train, deflate: true }]));
    expect((await levels(one)).source.paths).toEqual(['x_train/000000', 'x_train/000001']);
    const both = scratch.write('both.npz', zip([train, test]));
    await expect(levels(both)).rejects.toMatchObject({
      code: 'source-invalid',
      message: expect.stringMatching(
        /several arrays \(“x_train”, “x_test”\); name one after a #, such as both\.npz#x_train/,
      ) as string,
    });
    await expect(levels(`${both}#y`)).rejects.toThrow(/no array “y”; there is “x_train”, “x_test”/);
  });

  it('is unpacked once into the folder that is given, and leaves nothing behind elsewhere', async () => {
    const file = scratch.write('one.npz', zip([{ ...train, deflate: true }]));
    await levels(file);
    const [unpacked = ''] = readdirSync(scratch.path('work'));
    const { ino } = statSync(scratch.path('work', unpacked));
    await levels(file);
    expect(readdirSync(scratch.path('work'))).toEqual([unpacked]);
    expect(statSync(scratch.path('work', unpacked)).ino).toBe(ino);
  });
});

describe('a hostile or damaged array', () => {
  const header = (text: string): NpyOptions => ({ header: text });
  const bomb = npy([1, 2, 2], plain.slice(0, 4));

  it.each<[string, Buffer, RegExp]>([
    ['Python objects', npy(two, plain, { descr: '|O' }), /holds Python objects/],
    [
      'records',
      npy(two, plain, header(`{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 2, 2), }`)),
      /records/,
    ],
    ['complex numbers', npy(two, plain, { descr: '<c8' }), /type “<c8”/],
    ['text', npy(two, plain, { descr: '<U3' }), /type “<U3”/],
    [
      'negative sizes',
      npy(two, plain, header(`{'descr': '|u1', 'fortran_order': False, 'shape': (2, -2, 2), }`)),
      /negative length \(-2\)/,
    ],
    [
      'sizes beyond all numbers',
      npy(two, plain, header(`{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2, 99999999999999999999), }`)),
      /not a list of whole numbers/,
    ],
    ['more images than can be', npy([10 ** 12, 1, 1], plain), /up to 4000000/],
    ['an image larger than memory', npy([1, 10 ** 6, 10 ** 6], plain), /impossible images/],
    ['images without pixels', npy([5, 0, 3], plain), /impossible images/],
    ['code', npy(two, plain, header(`__import__('os').system('touch pwned')`)), /cannot be understood/],
    [
      'an unknown key',
      npy(two, plain, header(`{'descr': '|u1', 'evil': 'x', 'fortran_order': False, 'shape': (2, 2, 2)}`)),
      /unknown key “evil”/,
    ],
    ['a missing key', npy(two, plain, header(`{'descr': '|u1', 'shape': (2, 2, 2)}`)), /incomplete/],
    [
      'something after the header',
      npy(two, plain, header(`{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2, 2)} 1`)),
      /more than it should/,
    ],
    ['a header that is all of it', npy(two, plain).subarray(0, 40), /header ends early/],
    ['no array at all', Buffer.from('not an array, though named so'), /does not begin like a NumPy array/],
    ['nothing', Buffer.alloc(0), /it is empty/],
    ['a version of the future', Buffer.from('\x93NUMPY\x09\x00\x10\x00aaaaaaaaaaaaaaaa', 'latin1'), /format version 9/],
    [
      'fewer bytes than its shape needs',
      npy([100, 2, 2], plain),
      /ends early: its shape needs \d+ bytes, but it has \d+/,
    ],
    ['vectors', npy([4, 2], plain), /its shape is 4×2, whose rows make no square images/],
    [
      'a single number',
      npy([], plain, header(`{'descr': '|u1', 'fortran_order': False, 'shape': ()}`)),
      /a single number/,
    ],
  ])('is refused with the reason: %s', async (_, content, reason) => {
    const file = scratch.write('a.npy', content);
    await expect(openSource(file, signal)).rejects.toMatchObject({ code: 'source-invalid' });
    await expect(openSource(file, signal)).rejects.toThrow(reason);
    await expect(openSource(file, signal)).rejects.toThrow(file);
  });

  it.each<[string, Buffer, RegExp]>([
    ['no archive', Buffer.from('PK nothing'), /archive is damaged/],
    ['cut off', zip([{ name: 'a.npy', content: bomb, deflate: true }]).subarray(0, 60), /archive is damaged/],
    ['no arrays', zip([{ name: 'readme.txt', content: Buffer.from('x') }]), /holds no arrays/],
    [
      'more inside than declared',
      zip([
        { name: 'a.npy', content: Buffer.concat([bomb, Buffer.alloc(5e6)]), deflate: true, declaredBytes: bomb.length },
      ]),
      /archive is damaged/,
    ],
    [
      'less inside than declared',
      zip([{ name: 'a.npy', content: npy([9, 2, 2], plain), deflate: true, declaredBytes: 10_000 }]),
      /archive is damaged/,
    ],
    [
      'less declared than its shape needs',
      zip([{ name: 'a.npy', content: npy([9, 2, 2], plain), deflate: true }]),
      /ends early/,
    ],
    [
      'far more inside than its shape needs',
      zip([{ name: 'a.npy', content: Buffer.concat([bomb, Buffer.alloc(5e6)]), deflate: true }]),
      /has 5000132 bytes, but its shape needs only 132/,
    ],
    ['encrypted', zip([{ name: 'a.npy', content: bomb, deflate: true, isEncrypted: true }]), /is encrypted/],
    [
      'two of a name',
      zip([
        { name: 'a.npy', content: bomb },
        { name: 'a.npy', content: bomb },
      ]),
      /two arrays called “a”/,
    ],
    ['a name that is a command', zip([{ name: '\u001b[2J.npy', content: bomb }]), /control characters/],
    ['a wrong checksum', zip([{ name: 'a.npy', content: bomb, deflate: true, crc32: 1 }]), /checksum does not fit/],
    [
      'objects',
      zip([{ name: 'a.npy', content: npy(two, plain, { descr: '|O' }), deflate: true }]),
      /holds Python objects/,
    ],
    ['nothing', Buffer.alloc(0), /it is empty/],
    ['an upward path', zip([{ name: '../../a.npy', content: bomb }]), /archive is damaged/],
  ])('is refused as an archive: %s', async (_, content, reason) => {
    const file = scratch.write('a.npz', content);
    const opening = openSource(file, signal, { workFolder: scratch.path('work') });
    await expect(opening).rejects.toMatchObject({ code: 'source-invalid' });
    await expect(opening).rejects.toThrow(reason);
  });

  it.skipIf(process.platform === 'win32')('that is a pipe is refused without waiting for it', async () => {
    execFileSync('mkfifo', [scratch.path('a.npy')]);
    await expect(openSource(scratch.path('a.npy'), signal)).rejects.toThrow(/it is no regular file/);
  });

  it.skipIf(process.platform === 'win32')('behind a link is read, and a link in a circle is not', async () => {
    scratch.write('real.npy', npy(two, plain));
    symlinkSync('real.npy', scratch.path('a.npy'));
    symlinkSync('loop.npy', scratch.path('loop.npy'));
    expect((await levels(scratch.path('a.npy'))).images).toHaveLength(2);
    await expect(openSource(scratch.path('loop.npy'), signal)).rejects.toMatchObject({ code: 'source-unreadable' });
  });

  it('that is cut off while it is read loses the images that are gone, not the others', async () => {
    const rows = Uint8Array.from({ length: 4 * 2 ** 20 }, (_, i) => i % 251);
    const file = scratch.write('a.npy', npy([4, 1024, 1024], rows));
    const source = await openSource(file, signal);
    truncateSync(file, 128 + 2.5 * 2 ** 20);
    const errors: (string | undefined)[] = [];
    for (const index of source.paths.keys()) {
      errors.push((await source.decode(index, { channels: 1, height: 8, width: 8 })).entry.error);
    }
    expect(errors).toEqual([undefined, undefined, 'the array ends early', 'the array ends early']);
    await source.close();
  });

  it('that unpacks to a disk full of nothing is told from one that is merely well compressed', () => {
    expect(() => {
      refuseBomb(20e6, 20e9);
    }).toThrow(/from 20 MB to 20000 MB, as archives do that are made to fill a disk/);
    expect(() => {
      refuseBomb(200e6, 20e9);
      refuseBomb(1e3, 1e6);
    }).not.toThrow();
  });

  it('of no images is empty', async () => {
    await expect(openSource(scratch.write('a.npy', npy([0, 28, 28], plain)), signal)).rejects.toMatchObject({
      code: 'source-empty',
    });
  });
});
