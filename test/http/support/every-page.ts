import { OPENING_STATES, type Opening, type OpeningState } from '#domain/openings/opening.ts'
import { type TempKey, tempKeyStatus } from '#domain/temp-keys/temp-key.ts'
import type { Contact, Site } from '#http/contract/http-deps.ts'
import { isReason, REASONS } from '#http/contract/reasons.ts'
import type { Asking } from '#http/pages/guest/asking.ts'
import { keyPage } from '#http/pages/guest/key-page.ts'
import { refusalPage } from '#http/pages/guest/refusal-page.ts'
import { handOverPage, signedOutPage } from '#http/pages/guest/session-pages.ts'
import type { Attempt } from '#http/pages/guest/shown.ts'
import { type DoorGuide, NO_GUIDE } from '#http/pages/shared/door-guide.ts'
import type { GuestWords } from '#http/words/guest-words.ts'
import { parseLockId, parseOpeningId, parseTempKeyUuid } from '#protocol/ids.ts'
import { must } from '#test/support/must.ts'

export const NOW_MS = Date.parse('2026-11-24T12:37:05Z')
const HOUR_MS = 3_600_000
const UUID = must(parseTempKeyUuid('3f2b8f0e-52a1-4b0a-9d42-6a8f0f6f3c11'))
const LOCK_ID = must(parseLockId('101'))
export const CONTACT: Contact = { name: 'Reception', phone: '+49 (0)30 23125-000', text: 'Day and night' }

/** No real one: its place on the page is what counts here. */
const PICTURE = { webp: new Uint8Array(300), widthPx: 480, heightPx: 320 }
const GUIDE: DoorGuide = { directions: 'A 2 → B 14\n⌂ 3', picture: PICTURE }

export const siteWith = (contact: Contact | null = CONTACT): Site => ({
  ...{
    id: 'north',
    name: 'Hotel Nordlicht',
    organization: null,
    timeZone: 'Europe/Berlin',
    contact,
    logo: () => PICTURE,
  },
})

const aKey = (difference: Partial<TempKey> = {}): TempKey => ({
  ...{ uuid: UUID, lockId: LOCK_ID, accessMode: 'public', allowedUserIds: [], description: null },
  ...{ validFromMs: NOW_MS - HOUR_MS, validUntilMs: NOW_MS + 74 * HOUR_MS, maxUses: 5, usedCount: 1, heldCount: 0 },
  ...{ createdBy: 'owner', createdAtMs: NOW_MS - HOUR_MS, revokedAtMs: null },
  ...difference,
})

const anOpening = (state: OpeningState, difference: Partial<Opening> = {}): Opening => ({
  ...{ openingId: must(parseOpeningId('AAECAwQFBgcICQoLDA0ODw')), lockId: LOCK_ID, tempKeyUuid: UUID, userId: null },
  ...{ state, reason: null, corrected: false, startedAtMs: NOW_MS - 1_500, settledAtMs: NOW_MS - 500 },
  ...{ usedCount: 1, maxUses: 5 },
  ...difference,
})

const askingIn = (words: GuestWords, difference: Partial<Asking> = {}): Asking => ({
  ...{
    words,
    requestId: '00112233445566778899aabbccddeeff',
    isSignedIn: false,
    key: UUID,
    here: '',
    isOnKeyPage: false,
  },
  ...difference,
})

/** Every page that a guest can meet, in one language: by state, by reason, with every word of a lock. */
export function everyPage(words: GuestWords, site = siteWith()): ReadonlyMap<string, string> {
  const pages = new Map<string, string>()
  const asking = askingIn(words)
  const ofKey = (name: string, key: TempKey, attempt: Attempt, lockOnline = true, guide = NO_GUIDE): void => {
    const view = {
      ...{ key, status: tempKeyStatus(key, NOW_MS), lockName: 'Side entrance', lockOnline, pulseS: 5 },
      latestOpening: null,
    }
    pages.set(name, keyPage(site, view, guide, attempt, NOW_MS, asking).toString())
  }
  ofKey('ready', aKey(), null)
  ofKey('ready with the way to the door', aKey(), null, true, GUIDE)
  ofKey('jammed with the way to the door', aKey(), { opening: anOpening('jammed') }, true, GUIDE)
  ofKey('ready without a limit', aKey({ maxUses: null, validUntilMs: NOW_MS + HOUR_MS }), null)
  ofKey('lock-offline', aKey(), null, false)
  ofKey('not-yet-valid', aKey({ validFromMs: NOW_MS + 51.5 * HOUR_MS }), null)
  ofKey('expired', aKey({ validUntilMs: NOW_MS - HOUR_MS }), null)
  ofKey('used-up', aKey({ usedCount: 5 }), null)
  ofKey('revoked', aKey({ revokedAtMs: NOW_MS }), null)
  for (const state of OPENING_STATES) {
    const held = state === 'reserved' || state === 'unconfirmed' ? 1 : 0
    ofKey(`opening ${state}`, aKey({ heldCount: held }), { opening: anOpening(state) })
  }
  ofKey('opening opened long ago', aKey(), { opening: anOpening('opened', past(4)) })
  ofKey('opening opened, told late', aKey(), {
    opening: anOpening('opened', { ...past(2), settledAtMs: NOW_MS - 1_000 }),
  })
  ofKey('last use not confirmed', aKey({ maxUses: 1, usedCount: 0, heldCount: 1 }), {
    opening: anOpening('unconfirmed'),
  })
  for (const reason of ['privacy', 'lockdown', 'battery', 'busy', 'not-executed', 'too-cold']) {
    ofKey(`refused for ${reason}`, aKey(), { opening: anOpening('refused', { reason }) })
  }
  for (const reason of Object.keys(REASONS).filter(isReason)) {
    const retryAfterS = reason === 'rate-limited' ? 42 : null
    ofKey(`with its key: ${reason}`, aKey(), { reason, retryAfterS })
    const offer = () => ({ href: '/elsewhere', state: 'abc' })
    const refusal = retryAfterS === null ? { reason } : { reason, retryAfterS }
    pages.set(`alone: ${reason}`, refusalPage(site, refusal, asking, offer).toString())
  }
  const byApp = () => ({ href: null, state: 'abc' })
  pages.set('sign in by app', refusalPage(site, { reason: 'token-missing' }, asking, byApp).toString())
  const failed = { scene: 'sign-in-failed', back: `/temp-keys/${UUID}` } as const
  pages.set('sign-in failed', refusalPage(site, { reason: 'token-invalid', page: failed }, asking, byApp).toString())
  pages.set('signed in', handOverPage(site, { handle: 'abc', state: 'abc' }, asking).toString())
  pages.set('signed out', signedOutPage(site, asking).toString())
  return pages
}

const past = (minutes: number): Pick<Opening, 'startedAtMs' | 'settledAtMs'> => ({
  startedAtMs: NOW_MS - minutes * 60_000,
  settledAtMs: NOW_MS - minutes * 60_000 + 900,
})
