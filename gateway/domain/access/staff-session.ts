import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { StaffId } from '#protocol/ids.ts'

export const SESSION_IDLE_MS = 30 * 60_000
export const SESSION_LASTS_MS = 12 * 3_600_000

/** What is stored of a session. */
export interface StaffSession {
  /** See `sessionHash`: who reads the store can take nobody's session. */
  readonly hash: string
  readonly staffId: StaffId
  readonly beganAtMs: number
  /** The last time the person did something; stored once a minute at most. */
  readonly seenAtMs: number
  /** It began over TLS: then nothing that comes without counts as it. */
  readonly isSecure: boolean
}

const VALUE = /^[A-Za-z0-9_-]{43}$/

/** 256 random bits, which the browser keeps as its cookie. */
export const newSessionValue = (): string => randomBytes(32).toString('base64url')
export const isSessionValue = (text: string): boolean => VALUE.test(text)
export const sessionHash = (value: string): string => hash('sha256', value, 'base64url')

/** A word that only pages of this session know: what posts without it was made by another site's page. */
export const formTokenOf = (value: string): string => hash('sha256', `latchkey form ${value}`, 'base64url')

export function isFormToken(given: unknown, value: string): boolean {
  const expected = Buffer.from(formTokenOf(value))
  const bytes = Buffer.from(typeof given === 'string' ? given : '')
  return bytes.length === expected.length && timingSafeEqual(bytes, expected)
}

/** When a session was seen, by both clocks: the wall clock goes on while nothing runs, the other one never steps. */
export interface SessionTimes {
  readonly wallMs: number
  readonly monotonicMs: number
}

/** Over at the first of both clocks that says so: one that is set back must not give anybody a second evening. */
export function isSessionOver(began: SessionTimes, seen: SessionTimes, now: SessionTimes): boolean {
  const isOlder = (since: SessionTimes, ms: number): boolean =>
    now.wallMs - since.wallMs >= ms || now.monotonicMs - since.monotonicMs >= ms
  return isOlder(began, SESSION_LASTS_MS) || isOlder(seen, SESSION_IDLE_MS)
}
