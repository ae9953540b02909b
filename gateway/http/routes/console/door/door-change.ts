import type { Lock } from '#domain/locks/lock.ts'
import type { LockChanges } from '#domain/locks/lock-changes.ts'
import { NAME_MAX } from '#http/pages/console/door/door-actions.ts'
import { line } from '#http/shapes/fields.ts'
import { pulseS as pulseField } from '#http/shapes/lock-fields.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { PULSE_MAX_S, PULSE_MIN_S } from '#protocol/limits.ts'

type Typed = Readonly<Record<'name' | 'area' | 'pulse' | 'wasName' | 'wasArea' | 'wasPulse', string>>

export type DoorChange =
  | { readonly kind: 'changes'; readonly changes: Pick<LockChanges, 'name' | 'area' | 'pulseS'> }
  | { readonly kind: 'wrong'; readonly errors: Readonly<Record<string, string>> }
  /** Somebody else changed the door since the form was made. */
  | { readonly kind: 'stale' }

/** Every wrong field at once; then whether what stood in the form still stands. */
export function judgeDoorChange(typed: Typed, lock: Lock, { form, oneDoor }: ConsoleWords): DoorChange {
  const name = line(NAME_MAX).safeParse(typed.name)
  const area = typed.area.trim() === '' ? null : line(NAME_MAX).safeParse(typed.area)
  const pulse = pulseField.safeParse(/^\s*\d{1,3}\s*$/.test(typed.pulse) ? Number(typed.pulse) : null)
  if (name.success && area?.success !== false && pulse.success) {
    const isStale =
      typed.wasName !== lock.name || typed.wasArea !== (lock.area ?? '') || typed.wasPulse !== String(lock.pulseS)
    if (isStale) return { kind: 'stale' }
    return { kind: 'changes', changes: { name: name.data, area: area?.data ?? null, pulseS: pulse.data } }
  }
  return {
    kind: 'wrong',
    errors: {
      ...(!name.success && { name: typed.name.trim() === '' ? form.missing : oneDoor.badText }),
      ...(area?.success === false && { area: oneDoor.badText }),
      ...(!pulse.success && { pulse: oneDoor.badPulse(PULSE_MIN_S, PULSE_MAX_S) }),
    },
  }
}
