import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { HttpLog } from '#http/contract/http-deps.ts'
import { type Reason, reasonEntry } from '#http/contract/reasons.ts'
import { errorBody } from '#http/contract/refusal.ts'
import type { SecurityHeaders } from '#http/headers/security-headers.ts'
import { newRequestId } from '#http/requests/request-id.ts'
import type { Front } from './front.ts'

const REASON_OF_CODE: Readonly<Record<string, Reason>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'too-slow',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body-too-large',
}

/** What never became a request is answered in the contract's shape, echoes nothing, and ends its connection. */
export const createClientErrorHandler =
  (front: Front, headers: SecurityHeaders, log: HttpLog) =>
  (error: Error & { code?: string; rawPacket?: unknown }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return
    // After a stall of the gateway the caller is not too slow: its bytes may be here and not yet read.
    const reason = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && front.isStalled ? 'overloaded' : reasonOf(error)
    const requestId = newRequestId()
    log?.info({ requestId, reason, code: error.code }, 'request never completed')
    // A silent end says "not known"; an error in the middle of an opening would say "not opened".
    const mayBeTold = front.connections.of(socket)?.requests?.mayBeTold ?? true
    if (socket.writable && mayBeTold) socket.write(rawAnswer(reason, requestId, headers))
    socket.destroySoon()
  }

function reasonOf({ code = '', rawPacket }: { code?: string; rawPacket?: unknown }): Reason {
  const reason = (Object.hasOwn(REASON_OF_CODE, code) ? REASON_OF_CODE[code] : undefined) ?? 'bad-http'
  // Too long, and not yet at the end of the first line: it is the URL that has no end.
  const isFirstLine = Buffer.isBuffer(rawPacket) && !rawPacket.includes('\n')
  return reason === 'headers-too-large' && isFirstLine ? 'url-too-long' : reason
}

function rawAnswer(reason: Reason, requestId: string, headers: SecurityHeaders): string {
  const { status, retryAfterS } = reasonEntry(reason)
  const body = JSON.stringify(errorBody({ reason }, requestId))
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Cache-Control: no-store',
    ...(retryAfterS === undefined ? [] : [`Retry-After: ${retryAfterS}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}
