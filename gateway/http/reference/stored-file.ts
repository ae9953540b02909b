import { hash } from 'node:crypto'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gzip as gzipWithCallback } from 'node:zlib'
import type { FastifyReply } from 'fastify'
import '@fastify/accepts'
import type { Transfers } from './transfers.ts'

const gzip = promisify(gzipWithCallback)

/** Files are sent in pieces of this size: a peer that takes one now and then is reading, one that takes none is cut. */
const PIECE_BYTES = 16_384

/** A file that is the same for everybody, in both forms in which it is sent. */
export interface StoredFile {
  readonly type: string
  readonly plain: Form
  readonly gzipped: Form
}

/** The bytes of each form are others, so that each has a strong tag of its own (RFC 9110, section 8.8.3.3). */
interface Form {
  readonly bytes: Buffer
  readonly etag: string
}

/** Compressed once, beside the event loop. */
export async function storedFile(type: string, plain: Buffer): Promise<StoredFile> {
  const tag = hash('sha256', plain, 'base64url').slice(0, 22)
  const gzipped = { bytes: await gzip(plain), etag: `"${tag}-gzip"` }
  return { type, plain: { bytes: plain, etag: `"${tag}"` }, gzipped }
}

/**
 * Null when too many are on their way already.
 * @param cacheControl in place of the `no-store` of every other answer
 */
export function sendStored(
  reply: FastifyReply,
  file: StoredFile,
  { cacheControl, transfers }: { cacheControl: string; transfers: Transfers },
): FastifyReply | null {
  const { headers, method, raw, ip } = reply.request
  const takesGzip = reply.request.accepts().encoding(['gzip', 'identity']) === 'gzip'
  const { bytes, etag } = takesGzip ? file.gzipped : file.plain
  const known = { 'Cache-Control': cacheControl, ETag: etag, Vary: 'Accept-Encoding' }
  if (isKnown(headers['if-none-match'], etag)) return reply.headers(known).status(304).send()
  const transfer = method === 'HEAD' ? 'small' : transfers.begin(bytes.length, ip, raw.socket)
  if (transfer === 'too-many') return null
  reply.headers({ ...known, 'Content-Type': file.type, 'Content-Length': String(bytes.length) })
  if (takesGzip) reply.header('Content-Encoding', 'gzip')
  if (transfer === 'last-of-its-connection') reply.header('Connection', 'close')
  return reply.send(method === 'HEAD' ? bytes : Readable.from(piecesOf(bytes)))
}

/** Compared weakly, and `*` is whatever there is (RFC 9110, section 13.1.2). */
function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  return ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES)
}
