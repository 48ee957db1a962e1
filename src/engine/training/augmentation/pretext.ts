/** Images for the pretext tasks (see model/pretext.ts): each training image once more, turned and pasted into. */
import type { RandomStream } from '../../../shared/random';
import type { PretextBatch } from '../../compute/backend';
import type { IgnoredValues } from '../../dataset/dataset';
import { fillIgnored } from '../../dataset/ignored-values';
import { pretextClasses, type PretextTask } from '../../model/pretext';
import { between, imageStream, uniform } from './chance';
import type { ImageShape } from './image-shape';

/** Of each side, what a pasted rectangle takes. */
const shortestSide = 0.12;
const longestSide = 0.42;
/** How much darker or brighter it is. */
const [darkest, brightest] = [0.6, 1.4];

/** Of a batch [batch, channels, height, width]. Chance depends on seed, epoch and image, and on the batch that it is in. */
export class PretextImages {
  readonly #classes: readonly number[];
  readonly #scratch: Float32Array;
  #images = new Float32Array();
  #labels = new Float32Array();

  constructor(
    private readonly tasks: readonly PretextTask[],
    private readonly shape: ImageShape,
    private readonly seed: number,
    private readonly ignored?: IgnoredValues,
  ) {
    this.#classes = tasks.map((task) => pretextClasses(task, shape));
    this.#scratch = new Float32Array(shape[0] * shape[1] * shape[2]);
  }

  /** How long a row of labels is. */
  get labelCount(): number {
    return this.#classes.reduce((sum, classes) => sum + classes, 0);
  }

  /**
   * @param images stay as they are
   * @param places what tells the images apart, by row: [batch]
   * @returns arrays that are valid until the next call
   */
  make(images: Float32Array, epoch: number, places: ArrayLike<number>): PretextBatch {
    const count = places.length;
    const size = this.#scratch.length;
    if (this.#images.length !== count * size) {
      this.#images = new Float32Array(count * size);
      this.#labels = new Float32Array(count * this.labelCount);
    }
    this.#labels.fill(0);
    const imageOf = (row: number) => images.subarray(row * size, (row + 1) * size);
    for (let row = 0; row < count; row++) {
      const stream = imageStream(this.seed, 'pretext', epoch, places[row] ?? 0);
      // Everything is drawn, asked for or not: one task more does not change the others.
      const [turn, isPasted, other] = [stream.below(4), stream.below(2), stream.below(count)];
      const made = this.#images.subarray(row * size, (row + 1) * size);
      made.set(imageOf(row));
      if (isPasted === 1 && this.tasks.includes('cut-paste')) {
        paste(made, imageOf(uniform(stream) < 0.5 ? other : row), this.shape, stream);
      }
      this.#turn(made, turn);
      this.#label(row, { rotation: turn, 'cut-paste': isPasted });
    }
    // What was turned or pasted in there does not count either.
    if (this.ignored) fillIgnored(this.ignored, this.#images, size);
    return { images: this.#images, labels: this.#labels };
  }

  /** By 90 degrees so many times; where the sides differ, by 180. */
  #turn(image: Float32Array, times: number): void {
    if (!this.tasks.includes('rotation')) return;
    const [channels, height, width] = this.shape;
    const quarters = height === width ? times : (times % 2) * 2;
    if (quarters === 0) return;
    this.#scratch.set(image);
    const area = height * width;
    // Where the source of the first pixel lies, and how far it moves from column to column and from row to row.
    const [first, right, down] =
      quarters === 1 ? [width - 1, width, -1] : quarters === 2 ? [area - 1, -1, -width] : [area - width, -width, 1];
    let place = 0;
    for (let channel = 0; channel < channels; channel++) {
      for (let row = 0; row < height; row++) {
        let from = channel * area + first + row * down;
        for (let column = 0; column < width; column++, from += right) image[place++] = this.#scratch[from] ?? 0;
      }
    }
  }

  #label(row: number, drawn: Readonly<Record<PretextTask, number>>): void {
    let start = row * this.labelCount;
    for (const [at, task] of this.tasks.entries()) {
      const classes = this.#classes[at] ?? 1;
      this.#labels[start + (drawn[task] % classes)] = 1;
      start += classes;
    }
  }
}

/** A rectangle of `from`, upside down in half of the cases, darker or brighter, into the other image. */
function paste(
  into: Float32Array,
  from: Float32Array,
  [channels, height, width]: ImageShape,
  stream: RandomStream,
): void {
  const sideOf = (length: number) => Math.max(1, Math.floor(length * between(shortestSide, longestSide, stream)));
  const [tall, wide] = [sideOf(height), sideOf(width)];
  const startOf = () => stream.below(height - tall + 1) * width + stream.below(width - wide + 1);
  const [source, target] = [startOf(), startOf()];
  const isFlipped = uniform(stream) < 0.5;
  const light = between(darkest, brightest, stream);
  // From the same image: what is read must not have been written.
  const piece = new Float32Array(tall * wide);
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * height * width;
    for (let row = 0; row < tall; row++) {
      const line = start + source + (isFlipped ? tall - 1 - row : row) * width;
      for (let column = 0; column < wide; column++) piece[row * wide + column] = from[line + column] ?? 0;
    }
    for (let row = 0; row < tall; row++) {
      const line = start + target + row * width;
      for (let column = 0; column < wide; column++) {
        into[line + column] = Math.min(1, (piece[row * wide + column] ?? 0) * light);
      }
    }
  }
}
