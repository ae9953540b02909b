const ESCAPE = String.fromCharCode(27)
/** What `styled` writes, and nothing else that begins so. */
const STYLE = new RegExp(`(${ESCAPE}\\[[\\d;]*m)`)
/** A terminal obeys the first kind, and the second turns the line around. */
const OBEYED = /\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu

/** For a terminal: names and words come from elsewhere, and none may move its cursor, change its title or hide a line. */
export const harmless = (text: string): string =>
  text
    .split(STYLE)
    .map((part, at) => (at % 2 === 1 ? part : part.replaceAll(OBEYED, (each) => (KEPT.has(each) ? each : '\ufffd'))))
    .join('')

const KEPT: ReadonlySet<string> = new Set(['\n', '\t'])
