import { randomBytes } from 'node:crypto'

const IDS_AT_ONCE = 256
const BYTES = 8

let fetched = Buffer.alloc(0)
let usedBytes = 0

/**
 * Ties an answer to the log. Short enough to read out on the phone, and no UUID: those are keys here. The random bytes
 * of many ids are fetched at once, for each fetch costs as much as a hundred ids.
 */
export function newRequestId(): string {
  if (usedBytes >= fetched.length) {
    fetched = randomBytes(IDS_AT_ONCE * BYTES)
    usedBytes = 0
  }
  usedBytes += BYTES
  return fetched.toString('hex', usedBytes - BYTES, usedBytes)
}
