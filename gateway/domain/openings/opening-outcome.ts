import { unreachable } from '#domain/unreachable.ts'
import type { Opening } from './opening.ts'
import type { OpeningOutcome } from './outcomes.ts'

/** What a stored opening says to the request that made it, and to one that asks again. */
export function outcomeOf(opening: Opening): OpeningOutcome {
  switch (opening.state) {
    case 'opened':
      return { kind: 'opened', opening }
    case 'refused':
    case 'not-opened':
      return { kind: 'lock-refused', opening }
    case 'jammed':
      return { kind: 'lock-jammed', opening }
    case 'not-sent':
      return { kind: 'lock-offline', openingId: opening.openingId }
    case 'reserved':
    case 'unconfirmed':
    // An operator's word is not the lock's: it settles the use, and tells nobody that the door stayed shut.
    case 'charged':
    case 'released':
      return { kind: 'unconfirmed', openingId: opening.openingId, lockId: opening.lockId }
    default:
      return unreachable(opening.state)
  }
}
