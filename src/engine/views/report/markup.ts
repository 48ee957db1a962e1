/** HTML that is put together from pieces, of which only these are taken as they are: all other text is escaped. */
import { printable } from '../../../shared/printable';

export class Markup {
  constructor(readonly text: string) {}
}

type Piece = Markup | string | number | undefined | readonly Piece[];

/** `undefined` is nothing; lists stand one behind the other. */
export function markup(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(strings.map((text, place) => text + textOf(pieces[place])).join(''));
}

/** The name of a file, which may be long and hold anything. */
export function nameMarkup(name: string): Markup {
  return markup`<bdi class="name">${printable(name)}</bdi>`;
}

function textOf(piece: Piece): string {
  if (piece === undefined) return '';
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'object') return piece.map(textOf).join('');
  return String(piece).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
