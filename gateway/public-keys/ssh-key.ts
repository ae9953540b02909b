import { NOTHING_READ, otherCurve, otherKind, type ReadKey } from './key-verdict.ts'
import { readPoint } from './point-key.ts'

const LINE = /(?:^|\s)((?:ssh|ecdsa|sk)-[a-z0-9-]+(?:@[a-z.]+)?)\s+([A-Za-z0-9+/]{20,}={0,2})/gm

const P256 = 'ecdsa-sha2-nistp256'
const OTHERS: Readonly<Record<string, ReadKey>> = {
  'ssh-rsa': otherKind('an RSA key of OpenSSH (ssh-rsa)'),
  'ssh-dss': otherKind('a DSA key of OpenSSH (ssh-dss)'),
  'ssh-ed25519': otherKind('an Ed25519 key of OpenSSH (ssh-ed25519)'),
  'ecdsa-sha2-nistp384': otherCurve('secp384r1'),
  'ecdsa-sha2-nistp521': otherCurve('secp521r1'),
}

/** A line as it stands in `id_ecdsa.pub` or `authorized_keys`. Null when there is none. */
export const readSsh = (text: string): ReadKey | null => sshKeysIn(text)[0] ?? null

export const sshKeysIn = (text: string): readonly ReadKey[] =>
  [...text.matchAll(LINE)].map(([, kind = '', blob = '']) =>
    kind === P256 ? readSshBlob(Buffer.from(blob, 'base64')) : otherSsh(kind),
  )

/** RFC 4253 and RFC 5656: the kind, the curve and the point, each behind its length. */
export function readSshBlob(blob: Buffer): ReadKey {
  const [kind, , point] = parts(blob)
  if (kind === undefined) return NOTHING_READ
  const name = kind.toString('latin1')
  if (name === P256 && point !== undefined) return readPoint(point)
  return otherSsh(name)
}

const otherSsh = (kind: string): ReadKey =>
  OTHERS[kind] ?? otherKind(`a key of OpenSSH of the kind ${kind.slice(0, 64)}`)

function parts(blob: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; at + 4 <= blob.length; ) {
    const end = at + 4 + blob.readUInt32BE(at)
    if (end > blob.length) return []
    found.push(blob.subarray(at + 4, end))
    at = end
  }
  return found
}
