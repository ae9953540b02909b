import type { ApiKey } from '#domain/access/api-key.ts'
import type { Staff } from '#domain/access/staff.ts'
import { type Findings, found, ofSite, type Stands, weightSince } from './findings.ts'
import { seenAdvice } from './seen-advice.ts'

/** So long before its end, and after it, an access is told of. */
const TOLD_WITHIN_MS = 7 * 86_400_000
/** One that is given for a few days, or hours, is told of in the last half of them, and not as soon as it is given. */
const SHARE_OF_LIFE = 0.5
const NAMED_MAX = 5

interface Access {
  readonly told: string
  readonly createdAtMs: number
  /** Null for none. */
  readonly untilMs: number | null
}

/** API keys and access of the staff that end soon, or ended a short while ago. */
export function judgeAccessEnding(
  { keys, staff }: { readonly keys: readonly ApiKey[]; readonly staff: readonly Staff[] },
  nowMs: number,
  stands: Stands,
): Findings {
  const endingKeys = keys
    .filter(({ revokedAtMs }) => revokedAtMs === null)
    .flatMap(({ name, organization, createdAtMs, expiresAtMs }) =>
      endingOf({ told: `“${name}” of ${organization}`, createdAtMs, untilMs: expiresAtMs }, nowMs),
    )
  const endingStaff = staff.flatMap(({ name, role, createdAtMs, untilMs }) =>
    endingOf({ told: `${name} (${role})`, createdAtMs, untilMs }, nowMs),
  )
  const ending = [...endingKeys, ...endingStaff]
  const alarm = ofSite('access-ending')
  if (ending.length === 0) return found('has-ended', alarm, stands)
  const parts = [
    ...(endingKeys.length === 0 ? [] : [seenAdvice('programs-end', { keys: toldOf(endingKeys) })]),
    ...(endingStaff.length === 0 ? [] : [seenAdvice('staff-end', { people: toldOf(endingStaff) })]),
  ]
  const weight = weightSince(Math.max(...ending.map(({ sinceMs }) => sinceMs)))
  return found('is-so', alarm, stands, { advice: parts.join(' '), weight })
}

interface Ending {
  readonly endsAtMs: number
  readonly told: string
  /** When it began to be so: that it has ended is worse than that it ends. */
  readonly sinceMs: number
}

function endingOf({ told, createdAtMs, untilMs }: Access, nowMs: number): readonly Ending[] {
  if (untilMs === null) return []
  const withinMs = Math.min(TOLD_WITHIN_MS, Math.max(0, SHARE_OF_LIFE * (untilMs - createdAtMs)))
  if (Math.abs(untilMs - nowMs) > withinMs) return []
  const hasEnded = untilMs <= nowMs
  const sinceMs = hasEnded ? untilMs : untilMs - withinMs
  return [
    { endsAtMs: untilMs, sinceMs, told: `${told} ${hasEnded ? 'ended' : 'ends'} ${new Date(untilMs).toISOString()}` },
  ]
}

function toldOf(ending: readonly Ending[]): string {
  const first = ending.toSorted((a, b) => a.endsAtMs - b.endsAtMs).slice(0, NAMED_MAX)
  const more = ending.length > NAMED_MAX ? ` and ${ending.length - NAMED_MAX} more` : ''
  return `${first.map(({ told }) => told).join(', ')}${more}`
}
