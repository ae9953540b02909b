import type { StoreOfOpenings } from '#domain/ports.ts'
import { MemoryRows } from './memory-rows.ts'

/** What openings ask of a store, over rows in memory. Nothing waits: what a disk does is for a test to say. */
export class MemoryStore implements StoreOfOpenings {
  readonly rows = new MemoryRows()
  lastMs = 0

  findTempKey: StoreOfOpenings['findTempKey'] = async (uuid) => this.rows.keys.get(uuid) ?? null
  findOpening: StoreOfOpenings['findOpening'] = async (openingId) => this.rows.findOpening(openingId)
  openingsThatBegin: StoreOfOpenings['openingsThatBegin'] = async (idStart, limit) =>
    this.rows.openings.filter(({ openingId }) => openingId.startsWith(idStart)).slice(0, limit)
  latestOpening: StoreOfOpenings['latestOpening'] = async (uuid) =>
    this.rows.openings.filter(({ tempKeyUuid }) => tempKeyUuid === uuid).at(-1) ?? null
  latestOpeningOf: StoreOfOpenings['latestOpeningOf'] = async (lockId) =>
    this.rows.openings.filter((opening) => opening.lockId === lockId).at(-1) ?? null
  oldestUnsettledOf: StoreOfOpenings['oldestUnsettledOf'] = async (uuid) => this.rows.oldestUnsettledOf(uuid)
  findIdempotent: StoreOfOpenings['findIdempotent'] = async (scopeHash) => {
    const row = this.rows.remembered.get(scopeHash)
    const opening = row === undefined ? null : this.rows.findOpening(row.openingId)
    return row === undefined || opening === null ? null : { requestHash: row.requestHash, opening }
  }
  reservedOpenings: StoreOfOpenings['reservedOpenings'] = async (_, limit) =>
    this.#in('reserved')
      .map(({ openingId }) => openingId)
      .slice(0, limit)
  unsettledOpenings: StoreOfOpenings['unsettledOpenings'] = async (limit) => this.#in('unconfirmed').slice(0, limit)
  knownWord: StoreOfOpenings['knownWord'] = async (ack) => this.rows.knownWord(ack)
  unansweredCommands: StoreOfOpenings['unansweredCommands'] = async (openingId) =>
    this.rows.unansweredCommands(openingId)
  unansweredCommandsOf: StoreOfOpenings['unansweredCommandsOf'] = async (lockId) => ({
    commands: this.#in('unconfirmed')
      .filter((opening) => opening.lockId === lockId)
      .flatMap(({ openingId }) => this.rows.unansweredCommands(openingId)),
    next: null,
  })
  locksWithUnconfirmed: StoreOfOpenings['locksWithUnconfirmed'] = async () => [
    ...new Set(this.#in('unconfirmed').map(({ lockId }) => lockId)),
  ]
  lastStoredMs = (): number => this.lastMs

  reserve: StoreOfOpenings['reserve'] = async (asked) => this.rows.reserve(asked)
  resign: StoreOfOpenings['resign'] = async (asked) => this.rows.resign(asked)
  settle: StoreOfOpenings['settle'] = async (asked) => this.rows.settle(asked)
  settleLate: StoreOfOpenings['settleLate'] = async (asked) => this.rows.settle(asked)
  markNotSent: StoreOfOpenings['markNotSent'] = async (end) => this.rows.markNotSent(end)
  withdraw: StoreOfOpenings['withdraw'] = async (end) => this.rows.withdraw(end)
  markUnconfirmed: StoreOfOpenings['markUnconfirmed'] = async (end) => this.rows.markUnconfirmed(end)
  recordJoin: StoreOfOpenings['recordJoin'] = async (join) => this.rows.recordJoin(join)
  recordDenial: StoreOfOpenings['recordDenial'] = async (denial) => this.rows.recordDenial(denial)
  decide: StoreOfOpenings['decide'] = async (decision) => this.rows.decide(decision)
  chargeOld: StoreOfOpenings['chargeOld'] = async (sweep) => this.rows.chargeOld(sweep)
  keepSurplus: StoreOfOpenings['keepSurplus'] = async () => {}

  #in(state: 'reserved' | 'unconfirmed') {
    return this.rows.openings.filter((opening) => opening.state === state)
  }
}
