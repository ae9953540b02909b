import { hash } from 'node:crypto'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gzip as gzipWithCallback } from 'node:zlib'
import type { FastifyReply } from 'fastify'
import '@fastify/accepts'
import type { Transfers } from './transfers.ts'

const gzip = promisify(gzipWithCallback)

/** Whoever takes so much at a time, now and then, is reading; a connection that takes nothing is ended. */
const PIECE_BYTES = 16_384

/** A file that is the same for everybody, in both forms in which it is sent. */
export interface StoredFile {
  readonly type: string
  readonly plain: Buffer
  readonly gzipped: Buffer
  readonly etag: string
}

/** Compressed once, beside the event loop. */
export async function storedFile(type: string, plain: Buffer): Promise<StoredFile> {
  const etag = `"${hash('sha256', plain, 'base64url').slice(0, 22)}"`
  return { type, plain, gzipped: await gzip(plain), etag }
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
  const known = { 'Cache-Control': cacheControl, ETag: file.etag, Vary: 'Accept-Encoding' }
  if (isKnown(headers['if-none-match'], file.etag)) return reply.headers(known).status(304).send()
  const takesGzip = reply.request.accepts().encoding(['gzip', 'identity']) === 'gzip'
  const bytes = takesGzip ? file.gzipped : file.plain
  const transfer = method === 'HEAD' ? 'small' : transfers.begin(bytes.length, ip, raw.socket)
  if (transfer === 'too-many') return null
  reply.headers({ ...known, 'Content-Type': file.type, 'Content-Length': String(bytes.length) })
  if (takesGzip) reply.header('Content-Encoding', 'gzip')
  if (transfer === 'last-of-its-connection') reply.header('Connection', 'close')
  return reply.send(method === 'HEAD' ? bytes : Readable.from(piecesOf(bytes)))
}

/** Weak or strong: both forms of a file say the same. */
const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag) === true

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES)
}
