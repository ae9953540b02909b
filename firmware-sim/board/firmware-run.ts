import type { CryptoKey } from 'jose'
import type { FlashImage } from '#firmware-sim/machine/journal.ts'
import { boot, type LockInput, nextWakeUptimeMs, step } from '#firmware-sim/machine/lock-machine.ts'
import { helloPayload } from '#firmware-sim/machine/lock-words.ts'
import type { Effect, LockConfig, LockState, Sensors, Transition } from '#firmware-sim/machine/machine-types.ts'
import { signMessage } from '#protocol/envelope.ts'
import { newBootId } from '#protocol/ids.ts'
import { MESSAGE_TYPES } from '#protocol/messages.ts'
import { AckLine } from './ack-line.ts'
import type { BoltMotor } from './bolt-motor.ts'
import type { CommandTopicReader, Heard } from './command-topic.ts'
import { Crystal, type MonotonicClock } from './crystal.ts'
import type { Faults } from './faults.ts'
import type { Flash } from './flash.ts'

export interface FirmwareDeps {
  config: LockConfig
  privateKey: CryptoKey
  reader: CommandTopicReader
  flash: Flash
  motor: BoltMotor
  clock: MonotonicClock
  faults: Faults
  sensors: Sensors
  bootUptimeMs: number
  sendAck: (message: string) => void
  sendHello: (message: string, unasked: boolean) => void
  onAckLost: (message: string) => void
  onHeard: (heard: Heard, message: string) => void
  /** The flash did not take a write; it is tried again. */
  onFlashFailure: (error: unknown) => void
  /** The machine took a message and says nothing. */
  onSilence: (why: string) => void
  /** A fault takes the power away. */
  onPowerCut: () => void
}

const FIRST_FLASH_RETRY_MS = 20
const LONGEST_FLASH_RETRY_MS = 1_000

type Event<T = LockInput> = T extends unknown ? Omit<T, 'uptimeMs'> : never

/** The firmware from one power-on to the next power cut: it feeds the machine one input at a time and does as told. */
export class FirmwareRun {
  readonly crystal: Crystal
  readonly #deps: FirmwareDeps
  readonly #ackLine: AckLine
  #state: LockState
  #work: Promise<void>
  #dead = false
  #wake: NodeJS.Timeout | undefined
  #wakeUptimeMs = Number.POSITIVE_INFINITY
  #pauseTimer: NodeJS.Timeout | undefined
  #endPause = () => {}

  constructor(deps: FirmwareDeps) {
    this.#deps = deps
    this.crystal = new Crystal(deps.clock, deps.faults.crystalPpm, deps.bootUptimeMs)
    this.#ackLine = new AckLine({ faults: deps.faults, send: deps.sendAck, onLost: deps.onAckLost })
    const booted = boot(deps.config, deps.flash.load(), newBootId(), deps.sensors, this.crystal.uptimeMs())
    this.#state = booted.next
    this.#work = this.#carryOut(booted)
  }

  get state(): LockState {
    return this.#state
  }

  /** Resolves when the machine has done with it. Signatures are verified at once, their messages taken in order. */
  async hear(message: string, retained: boolean): Promise<void> {
    const verdict = this.#deps.reader.hear(message, retained)
    await this.#inTurn(async () => {
      const heard = await verdict
      if (this.#dead) return
      this.#deps.onHeard(heard, message)
      const event = this.#throughFaults(heard)
      if (event !== null) await this.#take(event)
    })
  }

  async tell(event: Event): Promise<void> {
    await this.#inTurn(() => this.#take(event))
  }

  /** RAM, timers and whatever was about to be said are gone; flash and what the motor did stay. */
  powerOff(): void {
    this.#dead = true
    clearTimeout(this.#wake)
    clearTimeout(this.#pauseTimer)
    this.#endPause()
    this.#ackLine.powerOff()
    this.#deps.motor.powerOff()
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(() => (this.#dead ? undefined : work()))
    await this.#work
  }

  #throughFaults(heard: Heard): Event | null {
    const { faults } = this.#deps
    switch (heard.kind) {
      case 'dropped':
        return null
      case 'command':
        if (faults.deaf) return null
        if (faults.loseNextCommands > 0) {
          faults.loseNextCommands -= 1
          return null
        }
        return { ...heard, refuse: faults.refuse }
      case 'hello-question':
        return faults.silentHello ? null : heard
      default:
        return heard
    }
  }

  async #take(event: Event): Promise<void> {
    if (this.#dead) return
    await this.#carryOut(step(this.#state, { ...event, uptimeMs: this.crystal.uptimeMs() }))
  }

  async #carryOut({ next, effects }: Transition): Promise<void> {
    this.#state = next
    for (const effect of effects) {
      await this.#do(effect)
      if (this.#dead) return
    }
    this.#setWake()
  }

  async #do(effect: Effect): Promise<void> {
    const { faults, motor, privateKey } = this.#deps
    switch (effect.kind) {
      case 'write-flash':
        if (effect.what === 'intent' && this.#powerGoes('before-intent')) return
        if (effect.what === 'outcome' && this.#powerGoes('before-outcome')) return
        await this.#writeFlash(this.#state.flash)
        if (effect.what === 'outcome' && !this.#dead) this.#powerGoes('after-outcome')
        return
      case 'recheck-command':
        await this.#take({ kind: 'intent-stored', refuse: faults.refuse })
        return
      case 'drive-bolt':
        if (faults.rebootAt === 'after-intent') {
          if (faults.rebootMovesBolt) motor.move(effect)
          this.#powerGoes('after-intent')
          return
        }
        motor.drive(effect, (kind) => void this.tell({ kind, endedUptimeMs: this.crystal.uptimeMs() }))
        return
      case 'sign-ack': {
        const { outcome } = effect
        if (outcome.payload.result === 'refused' && outcome.payload.reason === faults.refuse) this.#useUpRefusal()
        const payload = faults.ackOverride?.(outcome.payload) ?? outcome.payload
        const message = await signMessage(MESSAGE_TYPES.ack, payload, privateKey)
        await this.#take({ kind: 'signed', outcome: { ...outcome, message } })
        return
      }
      case 'publish-ack':
        this.#ackLine.push(effect.message)
        return
      case 'sign-hello': {
        const { nonce } = effect
        const payload = helloPayload(this.#state, nonce, this.crystal.uptimeMs())
        const message = await signMessage(MESSAGE_TYPES.hello, payload, privateKey)
        if (!this.#dead) this.#deps.sendHello(message, nonce === null)
        return
      }
      case 'silent':
        this.#deps.onSilence(effect.why)
        return
      default:
        throw new Error(`no such effect: ${JSON.stringify(effect satisfies never)}`)
    }
  }

  /**
   * The lock does nothing else before its flash has taken this write. A write that failed may have been stored all the
   * same: another entry with the same number would contradict it, and one with the next number could leave a gap.
   */
  async #writeFlash(image: FlashImage): Promise<void> {
    const { faults, flash, onFlashFailure } = this.#deps
    for (let retryMs = FIRST_FLASH_RETRY_MS; ; retryMs = Math.min(LONGEST_FLASH_RETRY_MS, retryMs * 2)) {
      await this.#pause(faults.flashWriteMs)
      if (this.#dead) return
      try {
        if (faults.flashFails) throw new Error('the flash is told to fail')
        await flash.save(image)
        return
      } catch (error) {
        onFlashFailure(error)
        await this.#pause(retryMs)
      }
    }
  }

  /** Ends early when the power goes. */
  async #pause(ms: number): Promise<void> {
    if (ms <= 0 || this.#dead) return
    await new Promise<void>((ended) => {
      this.#endPause = ended
      this.#pauseTimer = setTimeout(ended, ms)
    })
  }

  #powerGoes(point: Faults['rebootAt']): boolean {
    const { faults, onPowerCut } = this.#deps
    if (faults.rebootAt !== point) return false
    faults.rebootAt = null
    onPowerCut()
    return true
  }

  #useUpRefusal(): void {
    const { faults } = this.#deps
    if (faults.refuseNext === null) return
    faults.refuseNext -= 1
    if (faults.refuseNext > 0) return
    faults.refuse = null
    faults.refuseNext = null
  }

  /** One timer for everything that waits, and none when nothing does. */
  #setWake(): void {
    const dueUptimeMs = nextWakeUptimeMs(this.#state)
    if (dueUptimeMs === this.#wakeUptimeMs) return
    clearTimeout(this.#wake)
    this.#wakeUptimeMs = dueUptimeMs
    if (dueUptimeMs === Number.POSITIVE_INFINITY) return
    this.#wake = setTimeout(() => {
      this.#wakeUptimeMs = Number.POSITIVE_INFINITY
      void this.tell({ kind: 'timer' })
    }, this.crystal.worldMsUntil(dueUptimeMs))
  }
}
