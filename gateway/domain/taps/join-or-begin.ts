import type { Principal } from '#domain/access/principal.ts'
import { type Arrived, answerByMs, type OpeningLimits } from '#domain/openings/opening-limits.ts'
import type { OpeningOutcome } from '#domain/openings/outcomes.ts'
import type { ChangesOfOpenings, Log } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { Clock } from '#domain/time/clock.ts'
import { goesOn } from '#domain/time/goes-on.ts'
import { inTime, LATE } from '#domain/time/in-time.ts'
import type { OpeningId } from '#protocol/ids.ts'
import type { LiveTaps, TapScope } from './live-taps.ts'
import type { Remembering } from './once-for.ts'
import type { WaitingCaller } from './waiting-callers.ts'

interface JoinDeps {
  store: Pick<ChangesOfOpenings, 'recordJoin'>
  taps: LiveTaps
  clock: Clock
  limits: OpeningLimits
  log: Log
}

/** Joins the attempt that runs, or begins one that others can join; `begin` is given all who wait for it. */
export async function joinOrBegin(
  tapped: {
    readonly scope: TapScope
    readonly principal: Principal
    readonly request: Arrived & { readonly caller: WaitingCaller }
    readonly remembering: Remembering | null
  },
  deps: JoinDeps,
  begin: (callers: WaitingCaller) => Promise<OpeningOutcome>,
): Promise<OpeningOutcome> {
  const { scope, principal, request, remembering } = tapped
  const { caller } = request
  const live = deps.taps.join(scope, { caller, isRemembered: remembering !== null })
  if (live === null) return await deps.taps.begin(scope, begin, caller)
  if (live.kind === 'too-many') return { kind: 'rate-limited', retryAfterS: live.retryAfterS }
  const outcome = await live.outcome
  const openingId = joinedBy(outcome)
  if (openingId === null || (!live.isEvent && remembering === null)) return outcome
  await recordJoin({ openingId, principal, isEvent: live.isEvent }, remembering, request, deps)
  return outcome
}

/** The door's answer stands whether or not the join could be recorded, and whenever it is. */
export async function recordJoin(
  join: { readonly openingId: OpeningId; readonly principal: Principal; readonly isEvent: boolean },
  remembering: Remembering | null,
  request: Arrived,
  deps: JoinDeps,
): Promise<void> {
  const { openingId } = join
  const recording = deps.store
    .recordJoin({ ...join, idempotency: remembering?.scope ?? null, atMs: deps.clock.nowMs() })
    .catch((error: unknown) => {
      if (!(error instanceof StoreFault)) throw error
      deps.log.error({ openingId, cause: error.message }, 'join not recorded')
    })
  if ((await inTime(recording, answerByMs(request, deps.limits), deps.clock)) !== LATE) return
  goesOn(recording, openingId, deps)
  remembering?.storing.push(recording)
}

/** Null when no opening was joined: an `opening-unconfirmed` outcome names an earlier opening that blocks the tap. */
export const joinedBy = (outcome: OpeningOutcome): OpeningId | null => {
  if (outcome.kind === 'opening-unconfirmed') return null
  if ('opening' in outcome) return outcome.opening.openingId
  return 'openingId' in outcome && outcome.openingId !== undefined ? outcome.openingId : null
}
