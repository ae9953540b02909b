import { allRecords, emptyFlash, type FlashImage, findBoot } from '#firmware-sim/machine/journal.ts'
import { boot, type LockInput, step } from '#firmware-sim/machine/lock-machine.ts'
import { helloPayload } from '#firmware-sim/machine/lock-words.ts'
import type { Effect, HeardCommand, LockState, Transition } from '#firmware-sim/machine/machine-types.ts'
import {
  type BootId,
  commandHashOf,
  lockIdFromNumber,
  newBootId,
  newCommandId,
  newNonce,
  newOpeningId,
  parseSiteId,
} from '#protocol/ids.ts'
import type { Ack, Hello, OutcomeQuestion } from '#protocol/messages.ts'
import { must } from '#test/support/must.ts'

export const config = {
  site: must(parseSiteId('house')),
  lockId: must(lockIdFromNumber(17)),
  keyGeneration: 1,
  journalCapacity: 512,
  ops: ['open', 'outcome', 'hello'],
}
const parties = { iss: 'house/gateway', aud: 'house/17', iat: 0 }

type Event<T = LockInput> = T extends unknown ? Omit<T, 'uptimeMs'> : never
type Written = Extract<Effect, { kind: 'write-flash' }>['what']
export type PowerGoes = `${'before' | 'after'}-${Written}` | 'at-motor'

/** A machine with paper hardware: the flash is a variable, time is a number, a signature is a running number. */
export class LockLab {
  flash: FlashImage = emptyFlash()
  state: LockState
  uptimeMs = 0
  /** Every ack that left, in order. */
  readonly acks: { message: string; payload: Ack }[] = []
  readonly hellos: Hello[] = []
  readonly silences: string[] = []
  /** Every time the motor did its work, with the second by the lock's clock. */
  readonly moves: { commandId: string; motion: string; uptimeS: number; bootId: string }[] = []
  /** The power goes at the first of these points, then at the next one, each as soon as the lock comes to it. */
  powerGoes: PowerGoes[] = []
  /** What every flash write takes. */
  flashTakesMs = 0
  flashWrites = 0
  /** The lock's own reason to open for nobody, when it looks again. */
  refuse: string | null = null
  counter = 0
  #lastSeqBefore = 0
  /** What stands, or ever stood, under each number of the journal. */
  readonly #entries = new Map<number, string>()
  readonly #payloads = new Map<string, Ack>()
  readonly #config: typeof config

  constructor(changes: Partial<typeof config> = {}) {
    this.#config = { ...config, ...changes }
    this.state = this.#boot()
  }

  get uptimeS(): number {
    return Math.floor(this.uptimeMs / 1_000)
  }
  get lastAck(): Ack | undefined {
    return this.acks.at(-1)?.payload
  }

  take(event: Event): void {
    this.#carryOut(step(this.state, { ...event, uptimeMs: this.uptimeMs }))
  }

  reboot(): void {
    this.powerGoes = []
    this.#boot()
  }

  /** As `reboot`, and the power goes where it is told to. */
  powerOn(): void {
    this.#boot()
  }

  /** As a gateway makes one: only for a boot that has answered it. */
  command(changes: Partial<HeardCommand> = {}): HeardCommand {
    if (findBoot(this.flash, this.state.bootId) === undefined) this.askHello()
    this.counter += 1
    const jti = newCommandId()
    return {
      op: 'open',
      jti,
      openingId: newOpeningId(),
      keyRef: null,
      bootId: this.state.bootId,
      counter: this.counter,
      notAfterUptimeS: this.uptimeS + 8,
      pulseS: 5,
      commandHash: commandHashOf(jti),
      ...changes,
    }
  }

  hear(command: HeardCommand, refuse: string | null = null): void {
    this.take({ kind: 'command', command, refuse })
  }

  boltEnds(kind: 'bolt-withdrawn' | 'bolt-jammed'): void {
    this.take({ kind, endedUptimeMs: this.uptimeMs })
  }

  /** Hears the command and lets the bolt come back. */
  open(command = this.command()): Ack | undefined {
    this.hear(command)
    if (this.state.bolt.moving !== null) this.boltEnds('bolt-withdrawn')
    return this.lastAck
  }

  ask(command: Pick<HeardCommand, 'jti' | 'openingId' | 'commandHash' | 'bootId' | 'notAfterUptimeS'>): void {
    const { jti: about, openingId, commandHash, bootId, notAfterUptimeS } = command
    const question: OutcomeQuestion = {
      ...parties,
      op: 'outcome',
      jti: newNonce(),
      about,
      openingId,
      commandHash,
      keyRef: null,
      bootId,
      notAfterUptimeS,
    }
    this.take({ kind: 'outcome-question', question })
  }

  askHello(): string {
    const jti = newNonce()
    this.take({ kind: 'hello-question', question: { ...parties, op: 'hello', jti } })
    return jti
  }

  receipt(acks: number[], keyGeneration = 1): void {
    this.take({ kind: 'receipt', receipt: { ...parties, jti: newNonce(), keyGeneration, acks, journalUpTo: null } })
  }

  #boot(bootId: BootId = newBootId()): LockState {
    this.uptimeMs = 0
    this.counter = 0
    this.#carryOut(boot(this.#config, this.flash, bootId, { door: 'closed', batteryPercent: null }, 0))
    return this.state
  }

  #carryOut({ next, effects }: Transition): void {
    this.state = next
    const { bootId } = next
    for (const effect of effects) if (!this.#do(effect) || this.state.bootId !== bootId) return
  }

  /** False when the power went here. */
  #do(effect: Effect): boolean {
    switch (effect.kind) {
      case 'write-flash':
        if (this.#powerGoesAt(`before-${effect.what}`)) return false
        this.uptimeMs += this.flashTakesMs
        this.flash = this.state.flash
        this.flashWrites += 1
        this.#checkNumbers()
        return !this.#powerGoesAt(`after-${effect.what}`)
      case 'drive-bolt': {
        if (this.#powerGoesAt('at-motor')) return false
        const { commandId, motion } = effect
        this.moves.push({ commandId, motion, uptimeS: this.uptimeS, bootId: this.state.bootId })
        return true
      }
      case 'recheck-command':
        this.take({ kind: 'intent-stored', refuse: this.refuse })
        return true
      case 'sign-ack': {
        const { outcome } = effect
        const message = `signature-${this.#payloads.size}`
        this.#payloads.set(message, outcome.payload)
        this.take({ kind: 'signed', outcome: { ...outcome, message } })
        return true
      }
      case 'publish-ack': {
        const payload = this.#payloads.get(effect.message)
        if (payload === undefined) throw new Error('the lock sends bytes that it never signed')
        if (!allRecords(this.flash).some(({ outcome }) => outcome?.message === effect.message)) {
          throw new Error('the lock says what its flash does not hold')
        }
        this.acks.push({ message: effect.message, payload })
        return true
      }
      case 'sign-hello':
        if (effect.nonce !== null && findBoot(this.flash, this.state.bootId) === undefined) {
          throw new Error('the lock answers for a boot that its flash does not hold')
        }
        this.hellos.push(helloPayload(this.state, effect.nonce, this.uptimeMs))
        return true
      case 'silent':
        this.silences.push(effect.why)
        return true
    }
  }

  /** An old lock, whose journal has come this far. */
  startNumbersAfter(lastSeq: number): void {
    this.#lastSeqBefore = lastSeq
    this.state = { ...this.state, flash: { ...this.state.flash, lastSeq } }
  }

  /** PROTOCOL.md, section 8: from 1 to the last one given out no number is missing, and none stands for two entries. */
  #checkNumbers(): void {
    for (const { commandId, intentSeq, outcome } of allRecords(this.flash)) {
      if (intentSeq !== null) this.#enter(intentSeq, `the intent of ${commandId}`)
      if (outcome !== null) this.#enter(outcome.seq, outcome.message)
    }
    for (let seq = this.#lastSeqBefore + 1; seq <= this.flash.lastSeq; seq += 1) {
      if (!this.#entries.has(seq)) throw new Error(`the journal says ${this.flash.lastSeq} and has no entry ${seq}`)
    }
  }

  #enter(seq: number, entry: string): void {
    const known = this.#entries.get(seq) ?? entry
    if (known !== entry) throw new Error(`number ${seq} stands for ${known} and for ${entry}`)
    if (seq > this.flash.lastSeq) throw new Error(`entry ${seq} is beyond the last number, ${this.flash.lastSeq}`)
    this.#entries.set(seq, entry)
  }

  #powerGoesAt(point: PowerGoes): boolean {
    if (this.powerGoes[0] !== point) return false
    this.powerGoes.shift()
    this.#boot()
    return true
  }
}

/** A lock that has opened once, and for which command. */
export function openedLab(): { lab: LockLab; command: HeardCommand } {
  const lab = new LockLab()
  const command = lab.command()
  lab.open(command)
  return { lab, command }
}
