import stringWidth from 'string-width'

/** How many columns of a terminal a text takes: an accent none, a Chinese character two. */
export const widthOf = (text: string): number => stringWidth(text)

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** At most `width` columns, with … where something was cut. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  let columns = 0
  for (const { segment } of characters.segment(text)) {
    columns += widthOf(segment)
    if (columns > width - 1) break
    kept += segment
  }
  return `${kept}…`
}

export function padTo(text: string, width: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'left' ? text + blanks : blanks + text
}
