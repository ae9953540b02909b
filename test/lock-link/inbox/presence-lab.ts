import { LockPresenceState } from '#lock-link/inbox/lock-presence.ts'
import { newBootId, newNonce } from '#protocol/ids.ts'

/** What a lock says of itself in a hello or an ack. */
export const word = (difference: object = {}) => ({
  bootId: newBootId(),
  uptimeS: 100,
  lastCounter: 7,
  door: 'closed' as const,
  batteryPercent: null,
  ops: ['open', 'outcome', 'hello'],
  firmware: 'sim-1',
  ...difference,
})
/** When it came. */
export const at = (monotonicMs: number) => ({ monotonicMs, nowMs: 1_800_000_000_000 + monotonicMs })

/** A lock that has answered a question. */
export function online(difference: object = {}) {
  const state = new LockPresenceState()
  const nonce = newNonce()
  const said = word(difference)
  state.asked(nonce, 0)
  state.helloCame(nonce, said, at(10))
  return { state, said }
}
