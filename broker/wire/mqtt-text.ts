import { isUtf8 } from 'node:buffer'

/** What MQTT 3.1.1 forbids or lets a server refuse in text, section 1.5.3: NUL, control characters, non-characters. */
const FORBIDDEN = /[\p{Cc}\p{Noncharacter_Code_Point}]/u

/** Null when it is not UTF-8 to the letter (surrogates are not), or has a character that a server may refuse. */
export function readMqttText(bytes: Uint8Array): string | null {
  if (!isUtf8(bytes)) return null
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return FORBIDDEN.test(text) ? null : text
}

/** Section 4.7: at least one character, and no wildcard. */
export const isTopicName = (text: string): boolean => text !== '' && !/[+#]/.test(text)

/** Section 4.7.1: `+` fills a level, `#` is the whole last level. */
export const isTopicFilter = (text: string): boolean =>
  text !== '' &&
  text.split('/').every((level, at, levels) => {
    if (level === '#') return at === levels.length - 1
    return level === '+' || !/[+#]/.test(level)
  })
