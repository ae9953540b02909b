import { z } from 'zod'
import type { LockRegistry } from '#domain/locks/lock-registry.ts'
import { CREATED_AT_ONCE_MAX } from '#domain/temp-keys/manage-temp-keys.ts'
import { ACCESS_MODES } from '#domain/temp-keys/temp-key.ts'
import type { NewTempKey } from '#domain/temp-keys/temp-key-changes.ts'
import type { Zone } from '#domain/time/zone.ts'
import { NOTE_MAX, USERS_TEXT_MAX } from '#http/pages/console/keys/new-key-page.ts'
import { inOneLine } from '#http/shapes/fields.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { type LockId, parseLockId, parseUserId } from '#protocol/ids.ts'
import { type TypedWindow, typedWindow, windowFields } from './typed-window.ts'

const text = (max: number) => z.string().max(max).default('').catch('')
export const typedKeyBody = z.looseObject({
  ...windowFields,
  doors: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .catch([]),
  ...{ note: text(2_000), users: text(USERS_TEXT_MAX), mode: text(30), seed: text(50) },
})

export interface JudgedKey extends Pick<TypedWindow, 'twice'> {
  /** Null while a field is wrong. */
  readonly key: (Omit<NewTempKey, 'lockId' | 'uuid'> & { readonly lockIds: readonly LockId[] }) | null
  /** As it was typed. */
  readonly values: Readonly<Record<string, string>>
  readonly errors: Readonly<Record<string, string>>
}

interface Judging {
  readonly locks: Pick<LockRegistry, 'get'>
  readonly zone: Zone
  readonly nowMs: number
  readonly words: ConsoleWords
}

/** Every wrong field at once. */
export function judgeTypedKey(body: z.infer<typeof typedKeyBody>, { locks, zone, nowMs, words }: Judging): JudgedKey {
  const { keys, form } = words
  const { from, until, fromWhich, untilWhich, uses, note, users, mode } = body
  const {
    window,
    errors: wrongWindow,
    twice,
  } = typedWindow({ from, until, fromWhich, untilWhich, uses }, null, zone, words)
  const doors = judgeDoors([body.doors].flat())
  const accessMode = ACCESS_MODES.find((known) => known === mode) ?? 'public'
  const people = judgePeople()
  const description = inOneLine(note)
  const isOver = window !== null && window.validUntilMs <= nowMs
  const errors = {
    ...wrongWindow,
    ...(isOver && { until: keys.isOver }),
    ...(doors.error !== null && { doors: doors.error }),
    ...(people.error !== null && { users: people.error }),
    ...(description.length > NOTE_MAX && { note: form.tooLong(NOTE_MAX) }),
  }
  const values = {
    from,
    until,
    fromWhich,
    untilWhich,
    uses,
    note,
    users,
    mode: accessMode,
    doors: [body.doors].flat().join(','),
  }
  const isWrong = window === null || Object.keys(errors).length > 0
  return {
    ...{ values, errors, twice },
    key: isWrong
      ? null
      : {
          ...{ ...window, accessMode, lockIds: doors.lockIds, description: description || null },
          allowedUserIds: people.userIds,
        },
  }

  function judgeDoors(given: readonly string[]): {
    readonly lockIds: readonly LockId[]
    readonly error: string | null
  } {
    const lockIds = [...new Set(given.flatMap((number) => parseLockId(number) ?? []))]
    if (lockIds.length === 0) return { lockIds, error: keys.chooseDoor }
    if (lockIds.length > CREATED_AT_ONCE_MAX) return { lockIds, error: keys.tooManyDoors(CREATED_AT_ONCE_MAX) }
    const gone = lockIds.find((lockId) => !isThere(lockId))
    return { lockIds, error: gone === undefined ? null : keys.doorGone(locks.get(gone)?.name ?? String(gone)) }
  }

  function isThere(lockId: LockId): boolean {
    const lock = locks.get(lockId)
    return lock !== null && lock.retiredAtMs === null
  }

  function judgePeople() {
    const given = users.split(/\r\n|\r|\n/).flatMap((each) => each.trim() || [])
    const userIds = given.flatMap((each) => parseUserId(each) ?? [])
    const error =
      accessMode === 'public'
        ? given.length === 0
          ? null
          : keys.usersOfPublic
        : given.length === 0
          ? keys.usersMissing
          : userIds.length < given.length
            ? keys.badUsers
            : null
    return { userIds, error }
  }
}
