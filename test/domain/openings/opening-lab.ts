import type { RecordDenial } from '#domain/access/denial.ts'
import { DenialBook } from '#domain/access/denial-book.ts'
import type { VerifiedAck } from '#domain/acks/ack.ts'
import type { SendAnswer } from '#domain/locks/lock-link.ts'
import { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { Doors } from '#domain/openings/doors.ts'
import { type OpenByKeyRequest, openByKey } from '#domain/openings/open-by-key.ts'
import { type OpenWithoutKeyRequest, openWithoutKey } from '#domain/openings/open-without-key.ts'
import type { Opening, SignedCommand } from '#domain/openings/opening.ts'
import { OpeningWatch } from '#domain/openings/opening-watch.ts'
import { noMeter } from '#domain/openings/openings-meter.ts'
import type { OpeningOutcome } from '#domain/openings/outcomes.ts'
import { StoreFault } from '#domain/store-fault.ts'
import { LiveTaps } from '#domain/taps/live-taps.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import { type LockId, lockIdFromNumber, type OpeningId, parseLockUuid, parseTempKeyUuid } from '#protocol/ids.ts'
import { FakeLockLink } from '#test/http/support/fake-lock-link.ts'
import { ManualClock, settled } from '#test/support/manual-clock.ts'
import { MemoryStore } from '#test/support/memory-store.ts'
import { must } from '#test/support/must.ts'

type Slow =
  | 'reserve'
  | 'resign'
  | 'settle'
  | 'markUnconfirmed'
  | 'markNotSent'
  | 'recordJoin'
  | 'recordDenial'
  | 'withdraw'

/** Time passes for its timers where a test lets it, and for its elapsed time also while a loop is blocked. */
class BlockableClock extends ManualClock {
  blockedMs = 0
  override monotonicMs(): number {
    return super.monotonicMs() + this.blockedMs
  }
}

/** A disk that hangs where a test says so. As in the store, nothing overtakes what was asked before. */
class HeldStore extends MemoryStore {
  readonly asked: Slow[] = []
  readonly denied: RecordDenial[] = []
  /** Called when a change has been stored, before it is answered. */
  onStored: (name: Slow) => void = () => {}
  #gate: { readonly name: Slow; readonly open: Promise<void> } | null = null
  #last: Promise<unknown> = Promise.resolve()

  /** The next change of this name, and whatever is asked after it, waits. The answers let it go on, or fail it alone. */
  hold(name: Slow): { release(): void; fail(mayBeStored?: boolean): void } {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    promise.catch(() => {})
    this.#gate = { name, open: promise }
    return {
      release: () => resolve(),
      fail: (mayBeStored = false) => reject(new StoreFault('no space', { mayBeStored })),
    }
  }

  #inOrder<Result>(name: Slow, change: () => Result): Promise<Result> {
    this.asked.push(name)
    const gate = this.#gate?.name === name ? this.#gate.open : null
    if (gate !== null) this.#gate = null
    const before = this.#last
    const done = (async () => {
      await before
      await gate
      const result = change()
      this.onStored(name)
      return result
    })()
    this.#last = done.catch(() => {})
    return done
  }

  override reserve: MemoryStore['reserve'] = (asked) => this.#inOrder('reserve', () => this.rows.reserve(asked))
  override resign: MemoryStore['resign'] = (asked) => this.#inOrder('resign', () => this.rows.resign(asked))
  override settle: MemoryStore['settle'] = (asked) => this.#inOrder('settle', () => this.rows.settle(asked))
  override withdraw: MemoryStore['withdraw'] = (end) => this.#inOrder('withdraw', () => this.rows.withdraw(end))
  override markUnconfirmed: MemoryStore['markUnconfirmed'] = (end) =>
    this.#inOrder('markUnconfirmed', () => this.rows.markUnconfirmed(end))
  override markNotSent: MemoryStore['markNotSent'] = (end) =>
    this.#inOrder('markNotSent', () => this.rows.markNotSent(end))
  override recordJoin: MemoryStore['recordJoin'] = (join) =>
    this.#inOrder('recordJoin', () => this.rows.recordJoin(join))
  override recordDenial: MemoryStore['recordDenial'] = (denial) =>
    this.#inOrder('recordDenial', () => void this.denied.push(denial))
}

class WatchedLink extends FakeLockLink {
  readonly receipts: number[] = []
  /** What the lock does with the next commands, before `whim` has its way. */
  readonly next: FakeLockLink['whim'][] = []

  /** Until when each command was waited for, monotonic. */
  readonly waitedUntilMs: number[] = []

  override async send(command: SignedCommand, untilMonotonicMs?: number): Promise<SendAnswer> {
    this.waitedUntilMs.push(untilMonotonicMs ?? Number.NaN)
    const usual = this.whim
    this.whim = this.next.shift() ?? usual
    const answer = await super.send(command)
    this.whim = usual
    return answer
  }
  /** Called with the opening that the lock is asked about; it says nothing. */
  onAsked: (openingId: OpeningId) => void = () => {}
  override async askOutcome(question?: { readonly openingId: OpeningId }): Promise<boolean> {
    if (question !== undefined) this.onAsked(question.openingId)
    return false
  }
  override giveReceipt(ack?: Pick<VerifiedAck, 'journalSeq'>): void {
    this.receipts.push(ack?.journalSeq ?? 0)
  }
}

export const lockId: LockId = must(lockIdFromNumber(1))
const guest = { kind: 'guest' } as const

const THERE = { isThere: () => true }

/** The domain of an opening between a store, a lock and a clock that do what a test says. */
export class OpeningLab {
  readonly clock = new BlockableClock()
  readonly store = new HeldStore()
  readonly link = new WatchedLink()
  readonly watch = new OpeningWatch(this.clock)
  readonly taps = new LiveTaps(this.clock)
  readonly logged: string[] = []
  readonly key: TempKey
  shuttingDown = false
  lastStoredMs = 0
  readonly deps: Doors

  constructor(difference: Partial<TempKey> = {}) {
    const { clock, store, link, watch, taps } = this
    const nowMs = clock.nowMs()
    this.key = {
      ...{ uuid: must(parseTempKeyUuid('7e7e3f0c-64c8-4b1e-9a55-0d8ab1a1f6a4')), lockId, accessMode: 'public' },
      ...{ allowedUserIds: [], validFromMs: nowMs - 1_000, validUntilMs: nowMs + 86_400_000, maxUses: 1 },
      ...{ usedCount: 0, heldCount: 0, description: null, createdBy: 'owner', createdAtMs: nowMs, revokedAtMs: null },
      ...difference,
    }
    store.rows.keys.set(this.key.uuid, this.key)
    const lock = {
      ...{ lockId, uuid: must(parseLockUuid('0b9d2a64-2f0a-4c0e-9a3e-1f2d3c4b5a69')), name: 'Door', area: null },
      directions: null,
      ...{
        pulseS: 5,
        offlineAfterMin: null,
        organization: null,
        owner: null,
        publicKeyPem: 'PEM',
        keyMadeBy: 'lock' as const,
      },
      ...{
        keyGeneration: 1,
        mqttPasswordHash: 'x',
        version: 1,
        createdAtMs: nowMs,
        lastCommand: null,
        retiredAtMs: null,
      },
      vendor: { index: null, serialNumber: null, vendorName: null },
    }
    const say = (_: object, message: string) => void this.logged.push(message)
    this.deps = {
      ...{ store, link, watch, taps, clock },
      locks: new LockRegistry([lock], clock),
      remembered: new Map(),
      denials: new DenialBook(clock),
      inProgress: new Set(),
      clockTrust: { releasedAtMs: 0, lastStoredMs: () => this.lastStoredMs },
      // As they are shipped.
      limits: { deadlineMs: 8_000, answerWaitMs: 10_000, askWaitMs: 2_000, sendMarginMs: 1_000 },
      log: { info: say, warn: say, error: say },
      isShuttingDown: () => this.shuttingDown,
      meter: noMeter,
    }
  }

  /** A tap that came `waitedMs` ago, and what is answered: null until it is. */
  tap(idempotencyKey: string | null = null, waitedMs = 0, difference: Partial<OpenByKeyRequest> = {}): Tapped {
    const request: OpenByKeyRequest = {
      tempKeyUuid: this.key.uuid,
      identify: async () => ({ kind: 'token-missing' }),
      takeCommand: async () => null,
      idempotency: idempotencyKey === null ? null : { key: idempotencyKey, bodyHash: 'body' },
      arrivedMonotonicMs: this.clock.monotonicMs() - waitedMs,
      caller: THERE,
      ...difference,
    }
    return this.#answered(openByKey(request, this.deps))
  }

  openWithoutKey(difference: Partial<OpenWithoutKeyRequest> = {}): Tapped {
    return this.#answered(
      openWithoutKey(
        {
          ...{ lockId, principal: guest, said: { reason: null, requestId: null }, idempotencyKey: null },
          refusal: () => null,
          arrivedMonotonicMs: this.clock.monotonicMs(),
          caller: THERE,
          ...difference,
        },
        this.deps,
      ),
    )
  }

  /** Lets what was begun go as far as it can now, then lets time pass. */
  async passMs(ms: number): Promise<void> {
    await settled()
    await this.clock.passMs(ms)
  }

  get openings(): readonly Opening[] {
    return this.store.rows.openings
  }

  get heldCount(): number {
    return this.store.rows.keys.get(this.key.uuid)?.heldCount ?? Number.NaN
  }

  #answered(answering: ReturnType<typeof openByKey>): Tapped {
    const tapped: { outcome: OpeningOutcome | null; replayed: boolean } = { outcome: null, replayed: false }
    void answering.then(({ outcome, replayed }) => Object.assign(tapped, { outcome, replayed }))
    return tapped
  }
}

interface Tapped {
  readonly outcome: OpeningOutcome | null
  readonly replayed: boolean
}
