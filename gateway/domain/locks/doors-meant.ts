import { type LockId, parseLockId } from '#protocol/ids.ts'
import type { Lock } from './lock.ts'

type Door = Pick<Lock, 'lockId' | 'name' | 'area'>

/** Which doors somebody means. Compared without regard to case. */
export interface DoorsMeant {
  /** A lock's number, or a part of a door's name. */
  readonly door: string | null
  /** The whole name of an area. */
  readonly area: string | null
}

/** Null when no door is named, so that all are meant. */
export function doorsMeant({ door, area }: DoorsMeant, locks: readonly Door[]): ReadonlySet<LockId> | null {
  if (door === null && area === null) return null
  const inArea = area === null ? locks : locks.filter((lock) => lower(lock.area ?? '') === lower(area.trim()))
  const meant = door === null ? inArea : ofName(door.trim(), inArea)
  return new Set(meant.map(({ lockId }) => lockId))
}

export type NoSuchDoors = { readonly kind: 'no-such-door' | 'no-such-area' }

/** The same, for people who mistype: which of both leads nowhere. */
export function doorsOrRefusal(asked: DoorsMeant, locks: readonly Door[]): ReadonlySet<LockId> | NoSuchDoors | null {
  const meant = doorsMeant(asked, locks)
  if (meant === null || meant.size > 0) return meant
  const isArea = asked.area !== null && doorsMeant({ area: asked.area, door: null }, locks)?.size === 0
  return { kind: isArea ? 'no-such-area' : 'no-such-door' }
}

function ofName(door: string, locks: readonly Door[]): readonly Door[] {
  const number = parseLockId(door)
  const numbered = number === null ? [] : locks.filter(({ lockId }) => lockId === number)
  return numbered.length > 0 ? numbered : locks.filter(({ name }) => hasPart(name, door))
}

const lower = (text: string): string => text.toLocaleLowerCase('en')
/** Without regard to case, and to blanks around the part. */
export const hasPart = (text: string, part: string): boolean => lower(text).includes(lower(part.trim()))
