import type { LockLink } from '#domain/locks/lock-link.ts'
import { holdsUse, type Opening } from '#domain/openings/opening.ts'
import { ASK_AGAIN_MS } from '#domain/openings/opening-limits.ts'
import type { OpeningWatch } from '#domain/openings/opening-watch.ts'
import type { Store } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'

export interface AskDeps {
  store: Pick<Store, 'findOpening' | 'unansweredCommands'>
  link: Pick<LockLink, 'askOutcome'>
  watch: OpeningWatch
  clock: Clock
}

/**
 * Asks the lock about every command of an unconfirmed opening of which it has said nothing, again and again (a lock is
 * silent about a command that could still run), and answers with the opening as it is known when it is final, when the
 * lock has no more to say, or when the time has come.
 */
export async function askWhatBecame(opening: Opening, untilMonotonicMs: number, deps: AskDeps): Promise<Opening> {
  for (;;) {
    const commands = await deps.store.unansweredCommands(opening.openingId)
    // Listen before the question is sent: a quick answer would otherwise be missed.
    const pauseUntil = Math.min(untilMonotonicMs, deps.clock.monotonicMs() + ASK_AGAIN_MS)
    const announced = deps.watch.next(opening.openingId, pauseUntil, () => true)
    const asked = await Promise.all(commands.map((command) => deps.link.askOutcome(command)))
    if (!asked.includes(true)) return (await deps.store.findOpening(opening.openingId)) ?? opening
    const known = (await announced) ?? (await deps.store.findOpening(opening.openingId)) ?? opening
    if (!holdsUse(known.state) || deps.clock.monotonicMs() >= untilMonotonicMs) return known
  }
}
