import { hash } from 'node:crypto'
import { type LockId, parseTempKeyUuid, type TempKeyUuid } from '#protocol/ids.ts'

/**
 * The UUID of the key for one door of those that somebody makes keys for at once. The same request again means the same keys,
 * and who does not know its seed learns nothing of them.
 *
 * @param seed random, of version 4 or 7
 */
export function keyOfDoor(seed: TempKeyUuid, lockId: LockId): TempKeyUuid {
  const digits = hash('sha256', `${seed}/${lockId}`, 'hex')
  const variant = ((Number.parseInt(digits.slice(16, 17), 16) & 3) | 8).toString(16)
  const parts = [
    ...[digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`],
    ...[`${variant}${digits.slice(17, 20)}`, digits.slice(20, 32)],
  ]
  const uuid = parseTempKeyUuid(parts.join('-'))
  if (uuid === null) throw new Error('a UUID was put together wrongly')
  return uuid
}
