import type { RecordDenial } from '#domain/access/denial.ts'
import { ackHashOf, type KnownWord, type VerifiedAck } from '#domain/acks/ack.ts'
import { judgeOrphan, type KeptOrphan } from '#domain/acks/judge-orphan.ts'
import type { Sighting } from '#domain/alarms/alarm.ts'
import type { NewEvent } from '#domain/events/events.ts'
import { type Decide, judgeDecision } from '#domain/openings/judge-decision.ts'
import {
  type EndOpening,
  joinedEvent,
  judgeNotSent,
  judgeSilence,
  type RecordJoin,
} from '#domain/openings/judge-end.ts'
import { judgeReserve, type Reserve, type ReserveResult } from '#domain/openings/judge-reserve.ts'
import {
  judgeSettle,
  mustBeDueToResign,
  type Resign,
  type Settle,
  type Settled,
} from '#domain/openings/judge-settle.ts'
import {
  type CommandState,
  type Opening,
  type SignedCommand,
  type StoredCommand,
  TOO_OLD,
} from '#domain/openings/opening.ts'
import { type JudgedOpening, keyRefOfOpening, type OpeningChange, openingOf } from '#domain/openings/opening-change.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import type { OpeningId, TempKeyUuid } from '#protocol/ids.ts'
import type { AckResult } from '#protocol/limits.ts'

interface CommandRow {
  readonly command: SignedCommand
  readonly attempt: 1 | 2
  state: CommandState
  readonly acks: VerifiedAck[]
}

/**
 * Keys, openings and commands as rows in memory. It reads them, asks the domain's own judgement, and writes what that says:
 * so it can't answer what a store on a disk would not.
 */
export class MemoryRows {
  readonly keys = new Map<TempKeyUuid, TempKey>()
  readonly events: NewEvent[] = []
  readonly sightings: Sighting[] = []
  readonly remembered = new Map<string, { requestHash: string; openingId: OpeningId; atMs: number }>()
  readonly #openings = new Map<OpeningId, Omit<JudgedOpening, 'usedCountNow' | 'heldCountNow' | 'maxUses'>>()
  readonly #commands: CommandRow[] = []
  readonly #orphans: (KeptOrphan & Pick<VerifiedAck, 'lockId' | 'result'>)[] = []

  /** As they now stand, in the order in which they began. */
  get openings(): readonly Opening[] {
    return [...this.#openings.keys()].map((openingId) => openingOf(this.#judged(openingId)))
  }

  findOpening(openingId: OpeningId): Opening | null {
    return this.#openings.has(openingId) ? openingOf(this.#judged(openingId)) : null
  }

  unansweredCommands(openingId: OpeningId): readonly StoredCommand[] {
    return this.#commandsOf(openingId)
      .filter(({ state }) => state === 'in-flight' || state === 'unanswered')
      .map(({ command }) => command)
  }

  knownWord({ commandId, commandHash, lockId, result, message }: VerifiedAck): KnownWord {
    const row = this.#bound({ commandId, commandHash, lockId })
    if (row === null) return 'unknown-command'
    const said = row.acks.find((ack) => ack.result === result)
    if (said === undefined) return 'unsaid'
    return said.message === message ? 'said' : 'said-in-other-bytes'
  }

  reserve(asked: Reserve): ReserveResult {
    const stale = this.#commands.find(({ command, state }) => command.lockId === asked.lockId && state === 'in-flight')
    if (stale !== undefined) {
      stale.state = 'unanswered'
      const opening = this.#judged(stale.command.openingId)
      this.#change(opening, judgeSilence(opening, 'not-settled', asked.atMs))
    }
    const key = asked.tempKeyUuid === null ? null : (this.keys.get(asked.tempKeyUuid) ?? null)
    const verdict = judgeReserve(asked, key)
    if (verdict.kind !== 'reserved') return verdict
    this.#openings.set(asked.openingId, verdict.opening)
    if (key !== null) this.keys.set(key.uuid, { ...key, heldCount: key.heldCount + 1 })
    this.#commands.push({ command: asked.command, attempt: 1, state: 'in-flight', acks: [] })
    this.#remember(asked)
    this.events.push(verdict.event)
    return { kind: 'reserved', opening: openingOf(verdict.opening) }
  }

  settle({ ack, atMs }: Settle): Settled {
    const row = this.#bound(ack)
    if (row === null) return this.#keepOrphan(ack, atMs)
    const opening = this.#judged(row.command.openingId)
    const others = this.#commandsOf(opening.openingId).filter((other) => other !== row)
    const bound = { opening, keyRef: keyRefOfOpening(opening), ...judged(row) }
    const verdict = judgeSettle(ack, bound, others.map(judged), atMs)
    if (verdict.kind === 'repeat') return { kind: 'repeat', opening: openingOf(opening) }
    this.sightings.push(...verdict.sightings)
    row.state = 'answered'
    row.acks.push(ack)
    return { kind: verdict.kind, opening: this.#change(opening, verdict.change) }
  }

  resign(asked: Resign): Settled {
    const row = this.#bound(asked.ack)
    const opening = row === null ? null : this.#judged(row.command.openingId)
    const bound = row === null || opening === null ? null : { opening, keyRef: null, ...judged(row) }
    mustBeDueToResign(asked, bound)
    if (row === null || opening === null) throw new Error('nothing is due to be signed again')
    row.state = 'answered'
    row.acks.push(asked.ack)
    this.#commands.push({ command: asked.command, attempt: 2, state: 'in-flight', acks: [] })
    return { kind: 'evidence', opening: openingOf(opening) }
  }

  markUnconfirmed({ openingId, reason, atMs }: EndOpening): Opening {
    const opening = this.#judged(openingId)
    return this.#change(opening, judgeSilence(opening, reason, atMs))
  }

  markNotSent({ openingId, reason, atMs }: EndOpening): Opening {
    const opening = this.#judged(openingId)
    return this.#change(opening, judgeNotSent(opening, reason, atMs))
  }

  withdraw(end: EndOpening): Opening | null {
    return this.#openings.has(end.openingId) ? this.markNotSent(end) : null
  }

  decide(decision: Decide): Opening | null {
    if (!this.#openings.has(decision.openingId)) return null
    const opening = this.#judged(decision.openingId)
    return this.#change(opening, judgeDecision(opening, decision))
  }

  chargeOld({
    startedBeforeMs,
    atMs,
  }: {
    readonly startedBeforeMs: number
    readonly atMs: number
  }): readonly Opening[] {
    const old = this.openings.filter(
      ({ state, startedAtMs }) => state === 'unconfirmed' && startedAtMs < startedBeforeMs,
    )
    return old.flatMap(
      ({ openingId }) => this.decide({ openingId, state: 'charged', reason: TOO_OLD, by: 'age', atMs }) ?? [],
    )
  }

  recordJoin(join: RecordJoin): void {
    this.#remember(join)
    if (join.isEvent) this.events.push(joinedEvent(this.#judged(join.openingId), join.principal, join.atMs))
  }

  recordDenial(_: RecordDenial): void {}

  oldestUnsettledOf(uuid: TempKeyUuid): Opening | null {
    const unsettled = ({ tempKeyUuid, state }: Opening) => tempKeyUuid === uuid && state === 'unconfirmed'
    return this.openings.find(unsettled) ?? null
  }

  #remember({ idempotency, openingId, atMs }: Pick<Reserve, 'idempotency' | 'openingId' | 'atMs'>): void {
    if (idempotency === null) return
    this.remembered.set(idempotency.scopeHash, { requestHash: idempotency.requestHash, openingId, atMs })
  }

  #judged(openingId: OpeningId): JudgedOpening {
    const opening = this.#openings.get(openingId)
    if (opening === undefined) throw new Error(`no opening ${openingId}`)
    const key = opening.tempKeyUuid === null ? undefined : this.keys.get(opening.tempKeyUuid)
    return {
      ...opening,
      usedCountNow: key?.usedCount ?? null,
      heldCountNow: key?.heldCount ?? null,
      maxUses: key?.maxUses ?? null,
    }
  }

  #change(before: JudgedOpening, change: OpeningChange | null): Opening {
    if (change === null) return openingOf(before)
    const { after, counters, commandsBecome } = change
    this.#openings.set(before.openingId, after)
    const key = before.tempKeyUuid === null ? undefined : this.keys.get(before.tempKeyUuid)
    if (key !== undefined) {
      const counted = { usedCount: key.usedCount + counters.used, heldCount: key.heldCount + counters.held }
      this.keys.set(key.uuid, { ...key, ...counted })
    }
    for (const row of this.#commandsOf(before.openingId)) {
      if (commandsBecome !== null && row.state === 'in-flight') row.state = commandsBecome
    }
    this.events.push(...change.events)
    this.sightings.push(...change.sightings)
    return openingOf(after)
  }

  #commandsOf(openingId: OpeningId): readonly CommandRow[] {
    return this.#commands.filter(({ command }) => command.openingId === openingId)
  }

  #bound({ commandId, commandHash, lockId }: Pick<VerifiedAck, 'commandId' | 'commandHash' | 'lockId'>) {
    const isIt = ({ command }: CommandRow) =>
      command.commandId === commandId && command.commandHash === commandHash && command.lockId === lockId
    return this.#commands.find(isIt) ?? null
  }

  #keepOrphan(ack: VerifiedAck, atMs: number): Settled {
    const kept = this.#orphans.filter(({ lockId, result }) => lockId === ack.lockId && result === ack.result)
    const verdict = judgeOrphan({ ack, times: 1 }, kept, atMs)
    if (verdict.kind === 'repeat') return { kind: 'repeat', opening: null }
    this.sightings.push(verdict.sighting)
    if (verdict.event !== null) this.events.push(verdict.event)
    this.#orphans.push({ keptAs: verdict.as, ackHash: ackHashOf(ack), lockId: ack.lockId, result: ack.result })
    return { kind: 'orphan', opening: null }
  }
}

const judged = ({ state, attempt, acks }: CommandRow) => ({
  ...{ state, attempt },
  said: acks.map(({ result }): AckResult => result),
})
