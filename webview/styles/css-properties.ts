import { noChange } from 'lit';
import { directive, Directive, PartType, type ElementPart, type PartInfo } from 'lit/directive.js';

class CssProperties extends Directive {
  private readonly current = new Map<string, string>();

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('cssProperties belongs on an element.');
  }

  override update(part: ElementPart, [properties]: [Readonly<Record<string, string>>]): typeof noChange {
    if (!(part.element instanceof HTMLElement || part.element instanceof SVGElement)) return noChange;
    for (const [name, value] of Object.entries(properties)) {
      if (this.current.get(name) === value) continue;
      part.element.style.setProperty(name, value);
      this.current.set(name, value);
    }
    return noChange;
  }

  render(_properties: Readonly<Record<string, string>>): typeof noChange {
    return noChange;
  }
}

/** Sets CSS properties of an element by script, because the frame's policy forbids `style` attributes. */
export const cssProperties = directive(CssProperties);
