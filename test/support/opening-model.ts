import fc from 'fast-check'
import { expect } from 'vitest'
import type { VerifiedAck } from '#domain/acks/ack.ts'
import type { Decide } from '#domain/openings/judge-decision.ts'
import type { EndOpening } from '#domain/openings/judge-end.ts'
import type { Reserve, ReserveResult } from '#domain/openings/judge-reserve.ts'
import type { Resign, Settle, Settled } from '#domain/openings/judge-settle.ts'
import {
  holdsUse,
  isFinal,
  type Opening,
  type OpeningState,
  type SignedCommand,
  type StoredCommand,
  spendsUse,
} from '#domain/openings/opening.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import type { OpeningId, TempKeyUuid } from '#protocol/ids.ts'
import type { AckResult } from '#protocol/limits.ts'
import { keyUuid, lockId, newAck, newCommand, newReserve, T0, valid } from '#test/store/support/store-site.ts'

/** A store of openings, whatever it is made of. It has lock 1, key 1 with two uses and key 2 without a limit. */
export interface ModelledStore {
  findTempKey(uuid: TempKeyUuid): TempKey | null
  findOpening(openingId: OpeningId): Opening | null
  unansweredCommands(openingId: OpeningId): readonly StoredCommand[]
  reserve(asked: Reserve): ReserveResult
  resign(asked: Resign): Settled
  settle(asked: Settle): Settled
  markUnconfirmed(end: EndOpening): unknown
  markNotSent(end: EndOpening): unknown
  decide(decision: Decide): unknown
  chargeOld(sweep: { readonly startedBeforeMs: number; readonly atMs: number }): unknown
}

const index = fc.nat(5)
const results: readonly AckResult[] = ['opened', 'refused', 'jammed', 'reset', 'not-executed']
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('reserve' as const), key: fc.constantFrom(1, 2) }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('ack' as const), index: fc.nat(11), result: fc.constantFrom(...results) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('repeat' as const), index: fc.nat(11) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('resign' as const), index }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('silent' as const), index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('not-sent' as const), index }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      index,
      state: fc.constantFrom('charged' as const, 'released' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('age' as const) }) },
)
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never

const NEVER_MOVED: readonly AckResult[] = ['refused', 'not-executed']

/** What a site has done so far, and what has to be so after each step. */
class Site {
  readonly openings: OpeningId[] = []
  readonly commands: SignedCommand[] = []
  readonly acks: VerifiedAck[] = []
  readonly signedOpened = new Set<OpeningId>()
  readonly #store: ModelledStore

  constructor(store: ModelledStore) {
    this.#store = store
  }

  run(action: Action): void {
    const openingId = 'index' in action ? this.openings[action.index % this.openings.length] : undefined
    const command = 'index' in action ? this.commands[action.index % this.commands.length] : undefined
    switch (action.kind) {
      case 'reserve':
        this.reserve(action.key)
        return
      case 'ack':
        if (command !== undefined) this.settle(newAck(command, action.result))
        return
      case 'repeat': {
        const ack = this.acks[action.index % this.acks.length]
        if (ack !== undefined) expect(this.#store.settle({ ack, atMs: T0 }).kind).toBe('repeat')
        return
      }
      case 'resign':
        if (openingId !== undefined) this.resign(openingId)
        return
      case 'silent':
        if (openingId !== undefined) this.#store.markUnconfirmed({ openingId, reason: 'silent', atMs: T0 })
        return
      case 'not-sent':
        if (openingId !== undefined) this.#store.markNotSent({ openingId, reason: 'lock-offline', atMs: T0 })
        return
      case 'decide':
        if (openingId !== undefined) {
          this.#store.decide({ openingId, state: action.state, reason: 'seen', by: { kind: 'owner' }, atMs: T0 })
        }
        return
      case 'age':
        this.#store.chargeOld({ startedBeforeMs: T0 + 1, atMs: T0 })
    }
  }

  reserve(key: number): void {
    const asked = newReserve(lockId(1), keyUuid(key))
    const before = valid(this.#store.findTempKey(keyUuid(key)))
    const result = this.#store.reserve(asked)
    const hasRoom = before.maxUses === null || before.usedCount + before.heldCount < before.maxUses
    expect(result.kind).toBe(hasRoom ? 'reserved' : 'key-used-up')
    if (result.kind !== 'reserved') return
    this.openings.push(asked.openingId)
    this.commands.push(asked.command)
  }

  settle(ack: VerifiedAck): void {
    const was = this.#opening(ack.openingId).state
    this.#store.settle({ ack, atMs: T0 })
    this.acks.push(ack)
    if (ack.result === 'opened') this.signedOpened.add(ack.openingId)
    const is = this.#opening(ack.openingId).state
    // Its use is free, or about to be: then nothing else of this opening may have moved the bolt, nor may move it yet.
    if (holdsUse(was) && !holdsUse(is) && is !== 'opened') {
      for (const { commandId } of this.commands.filter(({ openingId }) => openingId === ack.openingId)) {
        const said = this.acks.filter((word) => word.commandId === commandId).map(({ result }) => result)
        expect(said).not.toEqual([])
        // A movement that was cut short can have ended in a jam.
        const proof = commandId === ack.commandId && ack.result === 'jammed' ? ['jammed', 'reset'] : NEVER_MOVED
        for (const result of said) expect(proof).toContain(result)
      }
    }
  }

  resign(openingId: OpeningId): void {
    const opening = this.#opening(openingId)
    const first = this.#store.unansweredCommands(openingId)[0]
    const known = this.commands.filter((command) => command.openingId === openingId)
    if (opening.state !== 'reserved' || first === undefined || known.length !== 1) return
    const command = newCommand(openingId, lockId(1), opening.tempKeyUuid)
    const ack = newAck(first, 'refused', { reason: 'counter' })
    this.#store.resign({ ack, command, atMs: T0 })
    this.commands.push(command)
    this.acks.push(ack)
  }

  states(): Map<OpeningId, OpeningState> {
    return new Map(this.openings.map((openingId) => [openingId, this.#opening(openingId).state]))
  }

  expectCountersToFollow(): void {
    for (const key of [1, 2]) {
      const mine = this.openings.map((id) => this.#opening(id)).filter((one) => one.tempKeyUuid === keyUuid(key))
      const { usedCount, heldCount } = valid(this.#store.findTempKey(keyUuid(key)))
      expect({ usedCount, heldCount }).toEqual({
        usedCount: mine.filter(({ state }) => spendsUse(state)).length,
        heldCount: mine.filter(({ state }) => holdsUse(state)).length,
      })
    }
  }

  #opening(openingId: OpeningId): Opening {
    return valid(this.#store.findOpening(openingId))
  }
}

/** Whatever the locks say, in any order and any number of times. @param withStore runs with a new store each time */
export function expectTruthInEveryOrder(withStore: (run: (store: ModelledStore) => void) => void): void {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
      withStore((store) => {
        const site = new Site(store)
        let before = site.states()
        for (const one of actions) {
          site.run(one)
          const after = site.states()
          site.expectCountersToFollow()
          for (const [openingId, state] of after) {
            const was = before.get(openingId)
            // A signed `opened` is the truth, and the only thing that changes what was final.
            if (site.signedOpened.has(openingId)) expect(state).toBe('opened')
            else if (was !== undefined && isFinal(was)) expect(state).toBe(was)
          }
          const reserved = [...after.values()].filter((state) => state === 'reserved')
          expect(reserved.length).toBeLessThanOrEqual(1)
          before = after
        }
      })
    }),
    { numRuns: 1_000 },
  )
}

/** Words that do not contradict each other. */
export function expectSameCountersInEveryOrder(withStore: (run: (store: ModelledStore) => void) => void): void {
  const words: readonly (readonly AckResult[])[] = [
    ['opened', 'reset'],
    ['jammed', 'reset'],
    ['refused', 'not-executed'],
  ]
  const shuffled = fc
    .constantFrom(...words)
    .chain((some) => fc.shuffledSubarray([...some, ...some], { minLength: 4, maxLength: 4 }))
  fc.assert(
    fc.property(shuffled, fc.boolean(), (said, silentFirst) => {
      withStore((store) => {
        const asked = newReserve(lockId(1), keyUuid(1))
        store.reserve(asked)
        const { command, openingId } = asked
        if (silentFirst) store.markUnconfirmed({ openingId, reason: 'silent', atMs: T0 })
        for (const result of said) store.settle({ ack: newAck(command, result), atMs: T0 })
        const { usedCount, heldCount } = valid(store.findTempKey(keyUuid(1)))
        expect({ usedCount, heldCount }).toEqual({ usedCount: said.includes('opened') ? 1 : 0, heldCount: 0 })
      })
    }),
    { numRuns: 100 },
  )
}
