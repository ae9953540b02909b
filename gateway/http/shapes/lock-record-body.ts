import type { LockHello, LockPresence } from '#domain/locks/lock-link.ts'
import type { LockKeyPair, LockRecord } from '#domain/locks/lock-record.ts'
import type { Picture } from '#domain/pictures/picture.ts'
import { lockBody } from './lock-body.ts'

const iso = (atMs: number): string => new Date(atMs).toISOString()

/** @param fingerprintOf SHA-256 of a key's SPKI, in hex */
export function lockRecordBody(
  { lock, createdBy, keyPairs, goodKeys, unsettled }: LockRecord,
  now: {
    readonly presence: LockPresence
    readonly hello: LockHello | null
    readonly picture: Picture | null
    readonly sinceMs: number | null
  },
  fingerprintOf: (publicKeyPem: string) => string,
) {
  const { sinceMs } = now
  return {
    ...lockBody(lock, now.presence),
    createdBy,
    /** What guests are shown of the door; null without one. */
    picture: now.picture === null ? null : { widthPx: now.picture.widthPx, heightPx: now.picture.heightPx },
    keyPairs: keyPairs.map((pair) => keyPairBody(pair, fingerprintOf(pair.publicKeyPem))),
    /** Since when it has been online, or not; null when that was before the gateway started, and no alarm tells. */
    since: sinceMs === null ? null : iso(sinceMs),
    lastHello: now.hello === null ? null : helloBody(now.hello),
    goodKeys,
    unsettledOpenings: unsettled.map(({ openingId, state, startedAtMs }) => ({
      ...{ openingId, state },
      startedAt: iso(startedAtMs),
    })),
  }
}

const keyPairBody = ({ keyGeneration, keyMadeBy, setAtMs, replacedAtMs }: LockKeyPair, fingerprint: string) => ({
  ...{ keyGeneration, fingerprint, keyMadeBy },
  setAt: iso(setAtMs),
  replacedAt: replacedAtMs === null ? null : iso(replacedAtMs),
})

const helloBody = ({ atMs, bootId, uptimeS, firmware, ops }: LockHello) => ({
  ...{ at: iso(atMs), firmware, bootId, uptimeS, ops },
  bootedAt: iso(atMs - 1_000 * uptimeS),
})
