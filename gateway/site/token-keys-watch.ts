import type { AlarmKind } from '#domain/alarms/alarm-kinds.ts'
import type { Alarms } from '#domain/alarms/alarms.ts'
import { weightSince } from '#domain/alarms/findings.ts'
import { seenAdvice } from '#domain/alarms/seen-advice.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { TokenVerifier } from '#http/auth/token-verifier.ts'
import { staleFromMs } from './token-keys-readiness.ts'

type Kind = Extract<AlarmKind, `token-keys-${string}`>

/** What is wrong with the keys of one issuer. */
interface Wrong {
  readonly said: string
  /** UTC. */
  readonly sinceMs: number
}

/**
 * Raises an alarm when a file of token keys can't be used, and another when an issuer's keys were not refreshed for long;
 * each ends when it is so of no issuer. The old keys are in use meanwhile.
 */
export class TokenKeysWatch {
  readonly #alarms: Pick<Alarms, 'raise' | 'clear'>
  readonly #clock: Pick<Clock, 'nowMs'>
  /** What was told of each kind, '' for nothing. Absent until the first look: an alarm that a former process raised may still stand. */
  readonly #told = new Map<Kind, string>()
  /** UTC of when each issuer's file was first seen to be of no use; no gateway starts with such a file. */
  #unusableSinceMs: ReadonlyMap<string, number> = new Map()

  constructor(alarms: Pick<Alarms, 'raise' | 'clear'>, clock: Pick<Clock, 'nowMs'>) {
    this.#alarms = alarms
    this.#clock = clock
  }

  /** @param tokens null when the config names no issuer any more */
  async look(tokens: Pick<TokenVerifier, 'status'> | null): Promise<void> {
    const issuers = (await tokens?.status()) ?? []
    const nowMs = this.#clock.nowMs()
    const wrong = issuers.flatMap(({ issuer, problem }): (Wrong & { issuer: string })[] => {
      const sinceMs = this.#unusableSinceMs.get(issuer) ?? nowMs
      return problem === null ? [] : [{ issuer, sinceMs, said: `The file of token keys of ${issuer} ${problem}` }]
    })
    this.#unusableSinceMs = new Map(wrong.map(({ issuer, sinceMs }) => [issuer, sinceMs]))
    await this.#tell('token-keys-unusable', wrong, (files) => seenAdvice('keys-unusable', { files }))
    const stale = issuers.flatMap((status): Wrong[] => {
      const sinceMs = staleFromMs(status)
      const said = `The token keys of ${status.issuer} were not refreshed for 24 hours`
      return sinceMs !== null && nowMs > sinceMs ? [{ said, sinceMs }] : []
    })
    await this.#tell('token-keys-stale', stale, (told) => seenAdvice('keys-stale', { issuers: told }))
  }

  async #tell(kind: Kind, wrong: readonly Wrong[], adviceOn: (told: string) => string): Promise<void> {
    const told = wrong.map(({ said }) => said).join('. ')
    if (told === this.#told.get(kind)) return
    if (told === '') await this.#alarms.clear(kind, null)
    else {
      const weight = weightSince(Math.max(...wrong.map(({ sinceMs }) => sinceMs)))
      const seen = { kind, lockId: null, about: null, advice: adviceOn(told), weight }
      // An alarm that could not be raised now is tried again at the next look.
      if (!(await this.#alarms.raise(seen))) return
    }
    this.#told.set(kind, told)
  }
}
