/**
 * The one way in which a JSON text of this protocol is written. JavaScript keeps the last of two members of one name and
 * cJSON the first, some printers sort members whose names are numbers: only a text that is printed again byte for byte
 * means one thing to everybody.
 */

/** What is wrong with a text of ASCII that is JSON, and is printed again as `printed`; null when nothing is. */
export function textFlaw(text: string, printed: string): string | null {
  if (text === printed) return unprintedFlaw(text)
  const [cause, difference] = [tokenFlaw(text), firstDifference(text, printed)]
  return cause === null ? difference : `${cause}; ${difference}`
}

/** Why a text of ASCII is no JSON: what boards get wrong most often, otherwise where reading it stopped. */
export function notJsonFlaw(text: string, thrown: unknown): string {
  if (text === '') return 'the payload is empty'
  if (text.endsWith('\0'))
    return 'the payload is not JSON: a NUL byte (0x00) stands at its end; sign strlen(payload) bytes, not one more'
  const at = thrown instanceof Error ? /position (\d+)/.exec(thrown.message)?.[1] : undefined
  const where =
    at === undefined || Number(at) >= text.length
      ? 'it ends too early'
      : `at byte ${at} it says ${excerpt(text.slice(Number(at)))}`
  return `the payload is not JSON: ${where}`
}

interface Token {
  readonly text: string
  /** In bytes, from 0. */
  readonly at: number
}

function* tokensOf(text: string): Generator<Token> {
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[\t\n\r ]+|[^"{}[\]:,\t\n\r ]+/gs)) {
    yield { text: match[0], at: match.index }
  }
}

/** The first token that is written in another way than the one there is. */
function tokenFlaw(text: string): string | null {
  const open: (Set<string> | null)[] = []
  const tokens = [...tokensOf(text)]
  for (const [index, { text: token, at }] of tokens.entries()) {
    if (/^[\t\n\r ]/.test(token)) return blankFlaw(token, at)
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(null)
    else if (token === '}' || token === ']') open.pop()
    else if (token.startsWith('"')) {
      const flaw = stringFlaw(token, at)
      if (flaw !== null) return flaw
      const names = open.at(-1)
      if (tokens[index + 1]?.text !== ':' || names == null) continue
      if (names.has(token))
        return `member ${token} stands twice, again at byte ${at}, and parsers disagree on which one counts`
      names.add(token)
    } else if (/^[-\d]/.test(token)) {
      const flaw = numberFlaw(token, at)
      if (flaw !== null) return flaw
    }
  }
  return unprintedFlaw(text)
}

function blankFlaw(token: string, at: number): string {
  const what = token.startsWith(' ') ? 'a blank' : token.startsWith('\t') ? 'a tab' : 'a line break'
  return `${what} stands at byte ${at}: print without whitespace (cJSON_PrintUnformatted, not cJSON_Print)`
}

function numberFlaw(token: string, at: number): string | null {
  const value = Number(token)
  const shortest = String(value === 0 ? 0 : value)
  if (shortest === token) return null
  return Number.isInteger(value) && !Number.isSafeInteger(value)
    ? `number ${excerpt(token)} at byte ${at} is not below 2^53`
    : `number ${excerpt(token)} at byte ${at} is to be written ${shortest}`
}

function stringFlaw(token: string, at: number): string | null {
  const value: unknown = JSON.parse(token)
  const shortest = JSON.stringify(value)
  if (shortest === token) return null
  const [written, due] = [charactersOf(token), charactersOf(shortest)]
  const index = written.findIndex((character, place) => character !== due[place])
  const [from, to] = [written[index] ?? '', due[index] ?? '']
  const where = `${from} at byte ${at + written.slice(0, index).join('').length}`
  return to.charCodeAt(0) > 0x7f
    ? `${where} stands for a character that is not ASCII, and there is no way to write one`
    : `${where} is to be written ${to === DELETE ? 'as itself, one byte (0x7f)' : to}`
}

/** Nobody sees it where it is printed. */
const DELETE = '\x7f'

/** An escape counts as one. */
const charactersOf = (text: string): string[] => text.match(/\\u[0-9a-fA-F]{4}|\\.|./gs) ?? []

/** What JavaScript prints again as it came, and others do not: members that are sorted, and halves of a character. */
function unprintedFlaw(text: string): string | null {
  if (!/"\d+":|\\ud/.test(text)) return null
  const tokens = [...tokensOf(text)]
  for (const [index, { text: token, at }] of tokens.entries()) {
    if (!token.startsWith('"')) continue
    const value: unknown = JSON.parse(token)
    if (typeof value === 'string' && !value.isWellFormed()) {
      return `the text at byte ${at} holds half of a surrogate pair (\\ud800 to \\udfff), which is no character`
    }
    if (/^"\d+"$/.test(token) && tokens[index + 1]?.text === ':') {
      return `member ${token} at byte ${at} has a number for a name: some printers sort such members`
    }
  }
  return null
}

/** The first byte at which two texts part, counted from 0, and what stands there on both sides. */
export function firstDifference(text: string, printed: string): string {
  let at = 0
  while (at < text.length && text[at] === printed[at]) at += 1
  return `from byte ${at} on it says ${excerpt(text.slice(at))} and is printed again as ${excerpt(printed.slice(at))}`
}

const excerpt = (text: string): string =>
  text === '' ? 'nothing' : text.length > 24 ? `${text.slice(0, 24)}...` : text
