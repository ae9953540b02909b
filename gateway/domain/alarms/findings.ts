import type { LockId } from '#protocol/ids.ts'
import type { AlarmName, Sighting } from './alarm.ts'
import type { AlarmKind } from './alarm-kinds.ts'

/** What a look at the site found: what is so now, and what has ended. Said again at each look: whoever takes it knows what is new. */
export interface Findings {
  readonly sightings: readonly Sighting[]
  readonly ends: readonly AlarmName[]
}

/** Whether this condition is raised. */
export type Stands = (name: AlarmName) => boolean

/** What a judgement says of one condition; null leaves it as it is. */
export type Verdict = 'is-so' | 'has-ended' | null

const NOTHING: Findings = { sightings: [], ends: [] }

/** What the judgement makes of the condition, raised or not. */
export function found(
  verdict: Verdict,
  name: AlarmName,
  stands: Stands,
  told: Pick<Sighting, 'advice' | 'weight' | 'beganAtMs'> & { readonly about?: string } = {},
): Findings {
  const { about = null, ...rest } = told
  if (verdict === 'is-so') return { sightings: [{ ...name, about, times: 1, ...rest }], ends: [] }
  return verdict === 'has-ended' && stands(name) ? { sightings: [], ends: [name] } : NOTHING
}

/**
 * The weight of a condition that several things are in, such as keys that end: when the newest of them came into it. A
 * number of them would hide one that comes while another goes, from whoever acknowledged those before.
 *
 * @param newestMs UTC
 */
export const weightSince = (newestMs: number): number => Math.max(1, Math.floor(newestMs / 1_000))

/** One with a limit to begin at and another to end at, so that a value that moves about the limit does not flap. */
export function between(value: number, limits: { readonly from: number; readonly until: number }): Verdict {
  if (value <= limits.from) return 'is-so'
  return value > limits.until ? 'has-ended' : null
}

export const allOf = (findings: readonly Findings[]): Findings => ({
  sightings: findings.flatMap(({ sightings }) => sightings),
  ends: findings.flatMap(({ ends }) => ends),
})

export const ofSite = (kind: AlarmKind): AlarmName => ({ kind, lockId: null })
export const ofLock = (kind: AlarmKind, lockId: LockId): AlarmName => ({ kind, lockId })
