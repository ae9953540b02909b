/**
 * Advice that depends on what was seen, in the language of the log: it is stored as it was said then. All of it is made from
 * these sentences, so that a page can say them in another language.
 */
const SENTENCES = {
  'contested-from-one':
    'Something connects as this lock again and again while it is connected, from {address}: two devices with one name and password, or one that restarts all the time. Look which device is the lock.',
  'contested-from-two':
    'Two devices connect as this lock in turn, from {one} and {other}: was a board flashed twice, or does somebody have its password? Look which of them hangs on the door, and take the other off the network.',
  'prepared-by-one':
    '{by} may prepare no more locks. It has prepared {limit} that have no key yet: is a program broken, or its credential in wrong hands? A lock that is added (lock add) counts no more.',
  'prepared-by-all':
    '{by} may prepare no more locks. Programs have prepared {limit} that have no key yet: is a program broken, or its credential in wrong hands? A lock that is added (lock add) counts no more.',
  'programs-end': 'API keys: {keys}. Give each program a new one (api-key create), and revoke the old one.',
  'staff-end': 'Staff: {people}. Give them more time (staff until), or remove them (staff remove).',
  'keys-unusable': '{files}: the old keys stay in use, put a whole file there.',
  'keys-stale': '{issuers}: look at the way to the issuer.',
  'nobody-told':
    'Messages to {receivers} did not arrive for a day: alarms receivers says why. Mend it, and try it with alarms test.',
} as const

export type SeenAdvice = keyof typeof SENTENCES
export const SEEN_ADVICE = Object.keys(SENTENCES).filter((name): name is SeenAdvice => Object.hasOwn(SENTENCES, name))

const PLACE = /\{(\w+)\}/g
type Values = Readonly<Record<string, string>>

export const seenAdvice = (name: SeenAdvice, values: Values): string => filled(SENTENCES[name], values)

/** @param sentence with the places of `values` in braces */
export const filled = (sentence: string, values: Values): string =>
  sentence.replaceAll(PLACE, (_, place: string) => values[place] ?? '')

/** Which sentence it is, and with which values; null for any other text. */
export function readSeenAdvice(text: string): { readonly name: SeenAdvice; readonly values: Values } | null {
  for (const [name, pattern] of PATTERNS) {
    const found = pattern.exec(text)
    if (found !== null) return { name, values: { ...found.groups } }
  }
  return null
}

const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

const PATTERNS = SEEN_ADVICE.map((name) => {
  const pieces = SENTENCES[name].split(PLACE).map((piece, at) => (at % 2 === 1 ? `(?<${piece}>.+?)` : literal(piece)))
  return [name, new RegExp(`^${pieces.join('')}$`, 's')] as const
})
