import { createHash, type KeyObject } from 'node:crypto'

/**
 * SHA-256 of the SPKI of each test key in `protocol/vectors.json`, which is published with its private half: whoever
 * trusts one of them trusts everybody. Written down here, for what is installed has no vectors beside it.
 */
const PUBLISHED: ReadonlySet<string> = new Set([
  'vVCgRCd-8uqEHuJVO3mxDdssGjituyYj0YVsKZHlurs',
  '4mm-3Ju-Psig6RW53QEVynCoFIK3it2HNBur_ylpV10',
  '1nPkoT1qEujEUzLa8pDWalbAV8BwYjyFlxTEDb83trE',
])

/** @param publicKey in the named-curve form with an uncompressed point, as `canonicalPublicKey` makes it */
export const isPublishedKey = (publicKey: KeyObject): boolean =>
  PUBLISHED.has(
    createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64url'),
  )
