import { cutTo, widthOf } from './text-width.ts'

/** A terminal of eighty columns is what a technician's laptop has at least. */
export const COLUMNS = 80

/** Lines of at most `COLUMNS` characters, each after `indent`; a longer word stands on a line of its own. */
export function wrapped(text: string, indent: string, columns: number = COLUMNS): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= columns) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(`${indent}${word}`)
  }
  return lines
}

export const cut = (text: string, max: number): string => cutTo(text, max)
