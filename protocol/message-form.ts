/**
 * Tells what is wrong with a message that is not three base64url parts with an ES256 signature at the end. Whoever wrote
 * the firmware sees one line of the gateway's log, so that line names the one cause and where it stands.
 */

/** 64 bytes leave four bits of the 86th character over. They are zero, or one signature could be written in 16 ways. */
const COMPACT_FORM = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{85}[AQgw]$/
const SIGNATURE_CHARACTERS = 86
const SIGNATURE_BYTES = 64
const NAMES = ['first', 'second', 'third'] as const

/** The cause, or null for a message in good form. The header's own text is for another check. */
export function formFlaw(message: string): string | null {
  if (COMPACT_FORM.test(message)) {
    const [, payload = ''] = message.split('.', 2)
    return cutFlaw('second', payload)
  }
  return (
    flawAround(message) ??
    partsFlaw(message.split('.')) ??
    'it is not three base64url parts without padding, joined by dots, the last one of 86 characters'
  )
}

/** What was put around the message by the way in which it was sent. */
function flawAround(message: string): string | null {
  if (message === '') return 'the message is empty'
  const last = message.charCodeAt(message.length - 1)
  if (last === 0) return 'a NUL byte (0x00) stands at the end: publish strlen(message) bytes, not one more'
  if (last === 0x0a || last === 0x0d) {
    return `a line break (${hex(last)}) stands at the end: publish the message without it`
  }
  if (last === 0x20 || last === 0x09) return `a blank (${hex(last)}) stands at the end: publish the message without it`
  if (message.startsWith('"') && message.endsWith('"')) {
    return 'the message stands in quotation marks: publish it as it is, not as a JSON string'
  }
  if (message.startsWith('{')) {
    return 'it is JSON as it stands: a message is signed, and its header, payload and signature are written in base64url'
  }
  return null
}

function partsFlaw(parts: readonly string[]): string | null {
  if (parts.length !== 3) return `it has ${parts.length} ${parts.length === 1 ? 'part' : 'parts'} joined by dots, not 3`
  for (const [at, name] of NAMES.entries()) {
    const part = parts[at] ?? ''
    const flaw = charactersFlaw(name, part) ?? (at === 2 ? signatureFlaw(part) : cutFlaw(name, part))
    if (flaw !== null) return flaw
  }
  return null
}

function charactersFlaw(name: string, part: string): string | null {
  const at = part.search(/[^A-Za-z0-9_-]/)
  if (at < 0) return null
  const code = part.charCodeAt(at)
  if (part[at] === '=') return `the ${name} part has base64 padding (=): leave it out`
  if (part[at] === '+' || part[at] === '/') {
    return `the ${name} part is base64 with ${part[at]}, not base64url: write - for + and _ for /`
  }
  if (code === 0x0a || code === 0x0d) return `the ${name} part is broken over lines at its byte ${at}`
  return `byte ${at} of the ${name} part is ${hex(code)}, which base64url does not have`
}

function signatureFlaw(part: string): string | null {
  if (part === '') return 'the third part is empty: the message is not signed'
  const raw = Buffer.from(part, 'base64url')
  if (isDer(raw)) return derFlaw(raw.length)
  if (/^[0-9a-f]{128}$/i.test(part)) {
    return 'the third part is the signature in hexadecimal: write its 64 bytes in base64url'
  }
  if (part.length === SIGNATURE_CHARACTERS) {
    return `the third part ends with ${part.slice(-1)}: its last character carries two bits and is one of A Q g w`
  }
  if (raw.length === SIGNATURE_BYTES - 1 || raw.length === SIGNATURE_BYTES - 2) {
    return `the third part has ${raw.length} bytes instead of 64: r or s lost its leading zeros; write each as 32 bytes`
  }
  if (raw.length > SIGNATURE_BYTES && raw.length <= SIGNATURE_BYTES + 2) {
    return `the third part has ${raw.length} bytes instead of 64: r or s has a sign byte (0x00) in front; write each as 32 bytes`
  }
  if (raw.length === 32) return 'the third part has 32 bytes: that is an HMAC or a hash, not an ES256 signature'
  return `the third part has ${raw.length} bytes (${part.length} characters) instead of 64 (86): r and s, 32 bytes each`
}

/** A sequence of two integers, as X9.62 writes a signature and most libraries give it. */
export function isDer(raw: Uint8Array): boolean {
  const [sequence, length, integer, rLength = 0] = raw
  return sequence === 0x30 && length === raw.length - 2 && integer === 0x02 && raw[4 + rLength] === 0x02
}

export const derFlaw = (bytes: number): string =>
  `the third part is a signature in DER (${bytes} bytes, the first 0x30): convert it to r and s, 32 bytes each`

/** No text of base64url has one character over, and the bits that carry nothing are zero in what every encoder writes. */
function cutFlaw(name: string, part: string): string | null {
  if (part === '') return `the ${name} part is empty`
  if (part.length % 4 === 1) return `the ${name} part is cut: base64url never has ${part.length} characters`
  const zeroBits = part.length % 4 === 2 ? /[AQgw]$/ : part.length % 4 === 3 ? /[AEIMQUYcgkosw048]$/ : null
  return zeroBits === null || zeroBits.test(part)
    ? null
    : `the ${name} part ends with ${part.slice(-1)}: the bits of its last character that carry nothing are not zero`
}

const hex = (code: number): string => `0x${code.toString(16).padStart(2, '0')}`
