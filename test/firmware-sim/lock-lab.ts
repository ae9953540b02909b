import { emptyFlash, type FlashImage } from '#firmware-sim/journal.ts'
import { boot, type LockInput, step } from '#firmware-sim/lock-machine.ts'
import type { Effect, HeardCommand, LockState, Transition } from '#firmware-sim/machine-types.ts'
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

function known<T>(value: T | null): T {
  if (value === null) throw new Error('not an id')
  return value
}

export const config = {
  site: known(parseSiteId('house')),
  lockId: known(lockIdFromNumber(17)),
  keyGeneration: 1,
  journalCapacity: 512,
}
const parties = { iss: 'house/gateway', aud: 'house/17', iat: 0 }

type Event<T = LockInput> = T extends unknown ? Omit<T, 'uptimeMs'> : never
export type PowerGoes = 'before-intent' | 'after-intent' | 'before-outcome' | 'after-outcome'

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
  /** The power goes at this point of the next step that has it. */
  powerGoes: PowerGoes | null = null
  counter = 0
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
    this.powerGoes = null
    this.#boot()
  }

  command(changes: Partial<HeardCommand> = {}): HeardCommand {
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

  /** Hears the command and lets the bolt come back. */
  open(command = this.command()): Ack | undefined {
    this.hear(command)
    if (this.state.bolt.moving !== null) this.take({ kind: 'bolt-back' })
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
    for (const effect of effects) if (!this.#do(effect)) return
  }

  /** False when the power went. */
  #do(effect: Effect): boolean {
    switch (effect.kind) {
      case 'write-flash':
        if (effect.what === 'intent' && this.#powerGoesAt('before-intent')) return false
        if (effect.what === 'outcome' && this.#powerGoesAt('before-outcome')) return false
        this.flash = this.state.flash
        return !(effect.what === 'outcome' && this.#powerGoesAt('after-outcome'))
      case 'drive-bolt': {
        if (this.#powerGoesAt('after-intent')) return false
        const { commandId, motion } = effect
        this.moves.push({ commandId, motion, uptimeS: this.uptimeS, bootId: this.state.bootId })
        return true
      }
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
        this.acks.push({ message: effect.message, payload })
        return true
      }
      case 'sign-hello':
        this.hellos.push(effect.payload)
        return true
      case 'silent':
        this.silences.push(effect.why)
        return true
    }
  }

  #powerGoesAt(point: PowerGoes): boolean {
    if (this.powerGoes !== point) return false
    this.reboot()
    return true
  }
}
