import { readDer } from './der-key.ts'
import { differentKeys, otherKind, type ReadKey } from './key-verdict.ts'
import { isPointSized, readPoint } from './point-key.ts'
import { readSshBlob } from './ssh-key.ts'

/** RFC 4716 has four dashes and spaces where others have five dashes. */
const BLOCK = /-{4,5} ?BEGIN ([A-Z0-9 ]+?) ?-{4,5}(.*?)-{4,5} ?END \1 ?-{4,5}/gs
const BEGINS = /-{4,5} ?BEGIN [A-Z0-9 ]+-{4,5}/

/** Tells of a curve that the key names itself. */
const NO_KEY: ReadonlySet<string> = new Set(['EC PARAMETERS'])

/** PEM anywhere in a text, however it is indented, quoted or wrapped. Null when there is none. */
export function readPem(text: string): ReadKey | null {
  const blocks = [...text.matchAll(BLOCK)].filter(([, label]) => !NO_KEY.has(label ?? ''))
  if (blocks.length === 0) {
    return BEGINS.test(text) ? { wrong: 'this PEM is cut off: it has no END line that fits its BEGIN line' } : null
  }
  const keys = blocks.map(([, label = '', body = '']) => readBlock(label, body))
  const wrong = keys.find((key) => 'wrong' in key)
  if (wrong !== undefined) return wrong
  return differentKeys(keys) ?? keys[0] ?? null
}

function readBlock(label: string, body: string): ReadKey {
  if (label.includes('CERTIFICATE REQUEST')) {
    return { wrong: 'this is a request for a certificate: give the key in it (openssl req -in FILE -noout -pubkey)' }
  }
  if (label.startsWith('PGP')) return otherKind('a key of PGP')
  const bytes = bytesOf(body)
  if (bytes === null) return { wrong: 'this PEM is damaged: between its BEGIN and END lines stands what is no base64' }
  if (label === 'SSH2 PUBLIC KEY') return readSshBlob(bytes)
  if (!/PUBLIC KEY|CERTIFICATE/.test(label))
    return { wrong: `this is PEM of another kind (${label}): give the public key` }
  const point = isPointSized(bytes) ? readPoint(bytes) : null
  return readDer(bytes) ?? point ?? { wrong: 'this PEM is damaged: what it holds is no public key' }
}

/** Null for what is not base64. A source text has quotes and plus signs around each line, a mail has `>` before it. */
function bytesOf(body: string): Buffer | null {
  const base64 = body
    .split('\n')
    .filter((line) => !/^[A-Za-z0-9-]+: /.test(line.trim()))
    .map((line) => line.replace(/^[\s>#*|]+/, '').replaceAll(/["'`]\s*[+,.;\\]*\s*$/g, ''))
    .join('')
    .replaceAll(/[\s"'`,;\\]/g, '')
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : null
}
