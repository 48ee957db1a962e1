/**
 * While the threshold moves and its line is out of sight, the line waits where it stood: every image after it would
 * change its column with each frame, for something that nobody sees.
 */
import type { ItemList } from '../model/image-list';

const restMs = 120;

export class RestingLine {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isDue = false;

  constructor(
    /** Whether a place in the list lies among the rows that are drawn, or right at their edge. */
    private readonly isInView: (position: number) => boolean,
    /** Told when the line has come to rest and is to be drawn where it is. */
    private readonly onRest: () => void,
  ) {}

  /** The list to draw: `now`, or `before` as long as the two differ in nothing but a line that nobody sees. */
  follow(before: ItemList, now: ItemList): ItemList {
    clearTimeout(this.timer);
    const places = before.items === now.items ? [before.above, now.above] : [];
    const [from, to] = places;
    const waits = from !== undefined && to !== undefined && from !== to && !this.isInView(from) && !this.isInView(to);
    if (!waits || this.isDue) {
      this.isDue = false;
      return now;
    }
    this.timer = setTimeout(() => {
      this.isDue = true;
      this.onRest();
    }, restMs);
    return before;
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
