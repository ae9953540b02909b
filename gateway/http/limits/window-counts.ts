import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor } from '@fastify/rate-limit'
import { LruMap } from 'toad-cache'

/** Callers, keys and credentials that are remembered at once; the longest unseen is forgotten first. */
const REMEMBERED_MAX = 10_000

interface Count {
  /** How often within the window, this time included. */
  readonly current: number
  /** What is left of the window, in ms. */
  readonly ttl: number
}

/**
 * Counts requests by key in a window that begins with the first one. Not the library's own store: that shares one count
 * object among concurrent requests, so later ones raise it before earlier ones read it and fewer than allowed pass; and
 * it uses the wall clock, so that setting the clock back by an hour makes a minute last an hour.
 *
 * @param monotonicMs elapsed time that never steps
 */
export function windowCountsBy(monotonicMs: () => number): FastifyRateLimitStoreCtor {
  return class WindowCounts implements FastifyRateLimitStore {
    readonly #ofKey = new LruMap<{ readonly beganMs: number; count: number }>(REMEMBERED_MAX)

    incr(key: string, callback: (error: Error | null, counted?: Count) => void, windowMs: number): void {
      const nowMs = monotonicMs()
      const known = this.#ofKey.get(key)
      const isOver = known === undefined || known.beganMs + windowMs <= nowMs
      const window = isOver ? { beganMs: nowMs, count: 0 } : known
      window.count += 1
      if (isOver) this.#ofKey.set(key, window)
      callback(null, { current: window.count, ttl: window.beganMs + windowMs - nowMs })
    }

    /** Each limit counts for itself. */
    child(): FastifyRateLimitStore {
      return new WindowCounts()
    }
  }
}
