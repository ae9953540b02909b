import type { LockRegistry } from '#domain/locks/lock-registry.ts'
import { isUsedUp, type TempKey, type TempKeyRefusal, tempKeyWindowRefusal } from '#domain/temp-keys/temp-key.ts'
import { judgeClock } from '#domain/time/clock.ts'
import { unreachable } from '#domain/unreachable.ts'
import type { LockId } from '#protocol/ids.ts'
import type { Doors } from './doors.ts'
import type { OpeningOutcome } from './outcomes.ts'

/** What a tap is answered by each rule that can be against it. */
export type RuleOutcome = Extract<
  OpeningOutcome['kind'],
  TempKeyRefusal | 'opening-unconfirmed' | 'shutting-down' | 'clock-untrusted' | 'lock-retired' | 'lock-offline'
>

/** One rule of an opening, as it stands now. */
export interface RuleVerdict {
  /** What a tap would be answered if this rule alone were against it. */
  readonly outcome: RuleOutcome
  readonly passes: boolean
  /** What decided, for a person. */
  readonly value: string
  /** An instant that decides (UTC, ms since 1970); null where none does. */
  readonly atMs: number | null
}

/** In the order in which a tap is judged: the first that does not pass is what a guest is told. */
export interface WhyNot {
  readonly lockId: LockId
  readonly lockName: string
  readonly key: Pick<TempKey, 'accessMode' | 'allowedUserIds' | 'description'> | null
  readonly rules: readonly RuleVerdict[]
  /** Null when a tap would be sent to the lock now. */
  readonly answer: RuleOutcome | null
  /** When the next of these rules changes by itself (UTC, ms since 1970); null when none does. */
  readonly changesAtMs: number | null
}

/** When a rule changes by itself (UTC ms); null when only a person, a lock or a machine can change it. */
export function ruleChangesAtMs({ outcome, passes, atMs }: RuleVerdict): number | null {
  if (outcome === 'key-not-yet-valid') return passes ? null : atMs
  return outcome === 'key-expired' && passes ? atMs : null
}

type Judged = Pick<Doors, 'link' | 'clock' | 'clockTrust' | 'isShuttingDown'> & {
  readonly locks: Pick<LockRegistry, 'get'>
}

/** Why a door can't be opened now, without a key or by this one: the rules of a tap, asked one by one. Null without such a lock. */
export function whyNot(lockId: LockId, key: TempKey | null, deps: Judged): WhyNot | null {
  const lock = deps.locks.get(lockId)
  if (lock === null) return null
  const nowMs = deps.clock.nowMs()
  const { online, offlineCause } = deps.link.presence(lockId)
  const clock = judgeClock(nowMs, deps.clockTrust)
  const rules: readonly RuleVerdict[] = [
    ...(key === null ? [] : rulesOfKey(key, nowMs)),
    rule(
      'shutting-down',
      !deps.isShuttingDown(),
      deps.isShuttingDown() ? 'the gateway is about to end' : 'the gateway runs',
    ),
    rule('clock-untrusted', clock === 'trusted', `the clock is ${WORDS_OF_CLOCK[clock]}`, nowMs),
    rule(
      'lock-retired',
      lock.retiredAtMs === null,
      lock.retiredAtMs === null ? 'in service' : 'retired',
      lock.retiredAtMs,
    ),
    rule('lock-offline', online, online ? 'online' : (offlineCause ?? 'offline')),
  ]
  const { lockId: id, name } = lock
  return {
    ...{ lockId: id, lockName: name, rules },
    key: key && { accessMode: key.accessMode, allowedUserIds: key.allowedUserIds, description: key.description },
    answer: rules.find(({ passes }) => !passes)?.outcome ?? null,
    changesAtMs: key === null ? null : nextChange(key, nowMs),
  }
}

const WORDS_OF_CLOCK = {
  trusted: 'trusted',
  'before-release': 'before this release',
  behind: 'behind the last stored time',
} as const

const rule = (outcome: RuleOutcome, passes: boolean, value: string, atMs: number | null = null): RuleVerdict => ({
  outcome,
  passes,
  value,
  atMs,
})

/** A window that is open whenever it is looked at: with it each rule of a window can be asked alone. */
const ALWAYS = { revokedAtMs: null, validFromMs: -Infinity, validUntilMs: Infinity } as const

function rulesOfKey(key: TempKey, nowMs: number): readonly RuleVerdict[] {
  const alone = (part: 'revokedAtMs' | 'validFromMs' | 'validUntilMs'): boolean =>
    tempKeyWindowRefusal({ ...ALWAYS, [part]: key[part] }, nowMs) === null
  const { maxUses, usedCount, heldCount, revokedAtMs } = key
  const held = heldCount === 0 ? '' : `, ${heldCount} held by openings that nobody knows the end of`
  const uses = maxUses === null ? `${usedCount} used, no limit` : `${usedCount} of ${maxUses} used`
  return [
    rule('key-revoked', alone('revokedAtMs'), revokedAtMs === null ? 'not revoked' : 'revoked', revokedAtMs),
    rule('key-not-yet-valid', alone('validFromMs'), 'valid from', key.validFromMs),
    rule('key-expired', alone('validUntilMs'), 'valid until', key.validUntilMs),
    rule(heldCount > 0 ? 'opening-unconfirmed' : 'key-used-up', !isUsedUp(key), `${uses}${held}`),
  ]
}

function nextChange(key: TempKey, nowMs: number): number | null {
  const refusal = tempKeyWindowRefusal(key, nowMs)
  switch (refusal) {
    case 'key-revoked':
    case 'key-expired':
      return null
    case 'key-not-yet-valid':
      return key.validFromMs
    case null:
      return key.validUntilMs
    default:
      return unreachable(refusal)
  }
}
