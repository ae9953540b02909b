import { readDer } from './der-key.ts'
import { jwksIn, readJwk } from './jwk-key.ts'
import { differentKeys, NOTHING_READ, PRIVATE_KEY, type ReadKey } from './key-verdict.ts'
import { readPem } from './pem-key.ts'
import { isPointSized, readPoint } from './point-key.ts'
import { readSsh, sshKeysIn } from './ssh-key.ts'

/**
 * The public key of a lock as people have it: PEM (indented, quoted, with `\n` as text, in prose, compressed, as a certificate), JWK,
 * DER (the file itself, in base64, in hex), the bare point, what `openssl -text` prints, or a line of OpenSSH. Answers with its
 * one canonical form, SPKI PEM, or with a sentence that begins in the middle and says what it is instead.
 */
export function readPublicKey(given: string | Uint8Array): ReadKey {
  if (typeof given === 'string') return readText(given)
  const bytes = Buffer.from(given)
  return readBinary(bytes) ?? readText(decoded(bytes))
}

/** Null for what is text, or nothing at all. */
function readBinary(bytes: Buffer): ReadKey | null {
  const isPoint = isPointSized(bytes) && (bytes[0] ?? 0) <= 4
  return isPoint ? readPoint(bytes) : readDer(bytes)
}

/** PowerShell writes UTF-16 where others write UTF-8. */
function decoded(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le')
  return bytes.toString('utf8')
}

function readText(given: string): ReadKey {
  // A byte order mark is not part of a key; `\n` in JSON and in env files is a line's end, however often it was escaped.
  const text = given.replaceAll('\u{feff}', '').replaceAll(/\\+r/g, '').replaceAll(/\\+n/g, '\n')
  if (text.trim() === '') return { wrong: 'there is nothing in it: give the public key that was made on the lock' }
  if (PRIVATE_MARKS.some((mark) => mark.test(text))) return PRIVATE_KEY
  for (const read of [readPem, readJwk, readSsh, readHex, readBase64]) {
    const found = read(text)
    if (found !== null) return 'wrong' in found ? found : aloneIn(text, found)
  }
  return NOTHING_READ
}

/**
 * The key that was found first, if the text holds no other one in whatever form: nobody could tell which of them is meant.
 * A private key beside it has left its lock.
 */
function aloneIn(text: string, found: { readonly publicKeyPem: string }): ReadKey {
  const others = [...jwksIn(text), ...sshKeysIn(text), ...runsOfHex(text).map(readHexRun), ...keysInBase64(text)]
  if (others.includes(PRIVATE_KEY)) return PRIVATE_KEY
  return differentKeys([found, ...others]) ?? found
}

/** PEM of any kind, PuTTY's files, and what `openssl -text` prints of a pair. */
const PRIVATE_MARKS: readonly RegExp[] = [/BEGIN [A-Z0-9 ]*PRIVATE KEY/, /^PuTTY-User-Key-File/m, /^\s*priv:\s*$/m]

/** 33 bytes or more, each of two digits: side by side, apart, with `0x`, with colons or commas. */
const HEX_RUN = /(?<![0-9a-z])(?:0x)?[0-9a-f]{2}(?:[\s:,_-]*(?:0x)?[0-9a-f]{2}){31,}(?![0-9a-z])/gi

const runsOfHex = (text: string): readonly string[] => text.match(HEX_RUN) ?? []

function readHex(text: string): ReadKey | null {
  const runs = runsOfHex(text).map(readHexRun)
  // With more than one, what is no key may be anything.
  const [only, ...more] = runs
  if (more.length === 0) return only ?? null
  return runs.find((run) => run === PRIVATE_KEY || !('wrong' in run)) ?? null
}

function readHexRun(run: string): ReadKey {
  const bytes = Buffer.from(run.replaceAll(/0x|[^0-9a-f]/gi, ''), 'hex')
  return readDer(bytes) ?? readPoint(bytes)
}

const BASE64_RUN = /[A-Za-z0-9+/_-]{40,}={0,2}/g

const readBase64 = (text: string): ReadKey | null => keysInBase64(text)[0] ?? null

function keysInBase64(text: string): readonly ReadKey[] {
  const whole = text.replaceAll(/[\s"'`,;]/g, '')
  const runs = /^[A-Za-z0-9+/_-]+={0,2}$/.test(whole) ? [whole] : (text.match(BASE64_RUN) ?? [])
  return runs.flatMap((run) => {
    const bytes = Buffer.from(run, 'base64')
    return readDer(bytes) ?? (isPointSized(bytes) ? readPoint(bytes) : [])
  })
}
