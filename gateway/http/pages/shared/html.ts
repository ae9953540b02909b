const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&#38;',
  '<': '&#60;',
  '>': '&#62;',
  '"': '&#34;',
  "'": '&#39;',
}

/**
 * HTML that goes into a page as it is. A string is never taken for it, neither by the compiler (the private field makes it a
 * type of its own) nor when `html` runs.
 */
export class Html {
  readonly #text: string

  /** @param text HTML of our own, written in the sources: never anything that somebody gave us. See `html` for all else */
  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

/** Text is escaped, HTML goes in as it is, a list as its parts one after the other, null as nothing. */
type Part = string | number | Html | readonly Html[] | null

/**
 * HTML with values in it. Escaped values are safe as text and within quoted attributes, and nowhere else: no value may stand
 * in a tag's name, an unquoted attribute, a script or a style.
 */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(String.raw({ raw: literals }, ...parts.map(markup)))
}

function markup(part: Part): string {
  if (part === null) return ''
  if (part instanceof Html) return part.toString()
  if (typeof part === 'object') return part.map(markup).join('')
  return String(part).replaceAll(/[&<>"']/g, (character) => ESCAPED[character] ?? '')
}
