import type { BootId } from '#protocol/ids.ts'
import { lockTopic } from '#protocol/topics.ts'
import { SentAck } from './board/ack-line.ts'
import { BoltMotor, type Movement } from './board/bolt-motor.ts'
import { commandTopicReader, type Heard, nameOf } from './board/command-topic.ts'
import { type MonotonicClock, processClock } from './board/crystal.ts'
import { type Faults, noFaults } from './board/faults.ts'
import { type FirmwareDeps, FirmwareRun } from './board/firmware-run.ts'
import { memoryFlash } from './board/flash.ts'
import { LockConnection } from './board/lock-connection.ts'
import type { LockTrace, ReceivedCommand, SimulatedLockOptions } from './lock-options.ts'
import { JOURNAL_CAPACITY } from './machine/journal.ts'
import type { Sensors } from './machine/machine-types.ts'
import { type LockEvent, Waiting } from './waiting.ts'

/** What PROTOCOL.md asks of every lock. */
const OPS = ['open', 'outcome', 'hello']

/** A lock that can be started, watched and mistreated. */
export class SimulatedLock {
  readonly receivedCommands: ReceivedCommand[] = []
  readonly sentAcks: SentAck[] = []
  readonly #options: SimulatedLockOptions
  readonly #clock: MonotonicClock
  readonly #faults: Faults
  readonly #waiting = new Waiting()
  readonly #motor: BoltMotor
  readonly #connection: LockConnection
  readonly #firmwareDeps: FirmwareDeps
  readonly #messagesKept: number
  #firmware: FirmwareRun
  #introduced = false

  constructor(options: SimulatedLockOptions) {
    const { site, lockId } = options
    this.#options = options
    this.#clock = options.clock ?? processClock
    this.#messagesKept = options.messagesKept ?? 1_000
    this.#faults = { ...noFaults(options.crystalPpm ?? 0), ...options.faults }
    this.#motor = new BoltMotor({
      travelMs: options.boltTravelMs ?? 5,
      nowMs: () => this.#clock.monotonicMs(),
      jammed: () => this.#faults.jam,
      onMovement: (movement) => {
        options.onMovement?.(movement)
        this.#waiting.happened(movement.kind)
      },
    })
    const presenceTopic = lockTopic(site, lockId, 'presence')
    const ackTopic = lockTopic(site, lockId, 'ack')
    this.#connection = new LockConnection(
      { ...options, commandTopic: lockTopic(site, lockId, 'command'), presenceTopic },
      {
        onReady: () => void this.#firmware.tell({ kind: 'connected' }),
        onMessage: (message, retained) => void this.#firmware.hear(message, retained),
        onDown: () => this.#wentDown(),
        onFailure: (error) => options.onConnectionFailure?.(error),
      },
    )
    this.#firmwareDeps = {
      config: {
        site,
        lockId,
        keyGeneration: options.keyGeneration ?? 1,
        journalCapacity: options.journalCapacity ?? JOURNAL_CAPACITY,
        ops: options.ops ?? OPS,
      },
      privateKey: options.privateKey,
      reader: commandTopicReader(site, lockId, options.gatewayPublicKey),
      flash: options.flash ?? memoryFlash(),
      motor: this.#motor,
      clock: this.#clock,
      faults: this.#faults,
      sensors: { door: options.door ?? 'closed', batteryPercent: options.batteryPercent ?? null },
      bootUptimeMs: (options.bootUptimeS ?? 0) * 1_000,
      sendAck: (message) => this.#sendAck(ackTopic, message),
      sendHello: (message, unasked) => this.#sendHello(presenceTopic, message, unasked),
      onAckLost: (message) => this.#happened('ack-lost', { direction: 'out', kind: 'ack', message, note: 'lost' }),
      onHeard: (heard, message) => this.#heard(heard, message),
      onFlashFailure: (error) => {
        options.onFlashFailure?.(error instanceof Error ? error : new Error(String(error)))
        this.#waiting.happened('flash-failed')
      },
      onSilence: (why) =>
        this.#happened('silent', { direction: 'in', kind: 'command-topic', message: '', note: `silent: ${why}` }),
      onPowerCut: () => this.#powerCycle(),
    }
    this.#firmware = new FirmwareRun(this.#firmwareDeps)
  }

  /** Pulses started or extended since this object was made, reboots included. */
  get actuations(): number {
    return this.#motor.movements.length
  }
  get movements(): readonly Movement[] {
    return this.#motor.movements
  }
  /** Subscribed, and the broker has acknowledged the unasked hello. */
  get online(): boolean {
    return this.#introduced && this.#connection.ready
  }
  get bootId(): BootId {
    return this.#firmware.state.bootId
  }
  get lastCounter(): number {
    return this.#firmware.state.lastCounter
  }
  /** The lock's own seconds since boot, as its crystal counts them. */
  get uptimeS(): number {
    return Math.floor(this.#firmware.crystal.uptimeMs() / 1_000)
  }
  /** How many of its acks no receipt has covered yet. */
  get unreceiptedAcks(): number {
    return this.#firmware.state.repeats.length
  }
  get faults(): Readonly<Faults> {
    return this.#faults
  }

  setFaults(changes: Partial<Faults>): void {
    const wasMute = this.#faults.mute
    Object.assign(this.#faults, changes)
    if (changes.crystalPpm !== undefined) this.#firmware.crystal.setPpm(changes.crystalPpm)
    if (wasMute && !this.#faults.mute) void this.#firmware.tell({ kind: 'repeat-now' })
  }

  clearFaults(): void {
    this.setFaults(noFaults(this.#options.crystalPpm ?? 0))
  }

  setSensors(sensors: Partial<Sensors>): void {
    Object.assign(this.#firmwareDeps.sensors, sensors)
    void this.#firmware.tell({ kind: 'sensed', sensors: { ...this.#firmwareDeps.sensors } })
  }

  /** Power off and on: new boot, RAM lost, flash kept. Resolves when online again, or at once if it was disconnected. */
  async reboot(): Promise<void> {
    this.#powerCycle()
    if (this.#connection.wanted) await this.waitFor(() => this.online)
  }

  /** Says `offline`, leaves, and stays away until `reconnect`. */
  async disconnect(): Promise<void> {
    await this.#connection.close()
  }

  /** The socket is destroyed without a farewell, and nobody mends it before `reconnect`. */
  cutCable(): void {
    this.#connection.cut()
  }

  async reconnect(timeoutMs = 10_000): Promise<void> {
    this.#connection.open()
    await this.waitFor(() => this.online, timeoutMs)
  }

  /** The socket stays open, and nothing is said or heard on it: no acks, no pings. The firmware itself runs on. */
  goSilent(): void {
    this.#connection.freeze()
  }

  /** Ends `goSilent`: what waited in the socket is heard now. */
  speakAgain(): void {
    this.#connection.thaw()
  }

  /** Takes a message as if it had come on the command topic; resolves when the lock has done with it. */
  async receiveRaw(message: string, retained = false): Promise<void> {
    await this.#firmware.hear(message, retained)
  }

  async waitFor(what: LockEvent | (() => boolean), timeoutMs = 10_000): Promise<void> {
    await this.#waiting.until(what, timeoutMs)
  }

  /** Leaves the broker in order and loses its power for good. */
  async stop(): Promise<void> {
    await this.#connection.close()
    this.#firmware.powerOff()
  }

  #powerCycle(): void {
    this.#firmware.powerOff()
    this.#connection.thaw()
    this.#connection.drop()
    this.#firmware = new FirmwareRun(this.#firmwareDeps)
    this.#waiting.happened('booted')
  }

  #wentDown(): void {
    this.#introduced = false
    void this.#firmware.tell({ kind: 'disconnected' })
    this.#waiting.happened('offline')
  }

  #heard(heard: Heard, message: string): void {
    const what = nameOf(heard)
    if (heard.kind !== 'dropped') {
      this.#keep(this.receivedCommands, { message, op: what, arrivedMs: this.#clock.monotonicMs() })
    }
    const note = heard.kind === 'dropped' ? `dropped: ${heard.why}` : `heard: ${what}`
    this.#happened(heard.kind === 'dropped' ? 'dropped' : 'heard', {
      direction: 'in',
      kind: 'command-topic',
      message,
      note,
    })
  }

  #sendAck(topic: string, message: string): void {
    const left = this.#connection.publish(topic, message)
    if (left) this.#keep(this.sentAcks, new SentAck(message, this.#clock.monotonicMs()))
    const event = left ? 'ack-sent' : 'ack-lost'
    this.#happened(event, { direction: 'out', kind: 'ack', message, note: left ? 'sent' : 'lost: not connected' })
  }

  #sendHello(topic: string, message: string, unasked: boolean): void {
    const left = this.#connection.publish(topic, message, () => {
      if (!unasked || !this.#connection.ready) return
      this.#introduced = true
      this.#waiting.happened('online')
    })
    if (left) this.#happened('hello-sent', { direction: 'out', kind: 'hello', message, note: 'sent' })
  }

  #happened(event: LockEvent, trace: LockTrace): void {
    this.#options.onMessage?.(trace)
    this.#waiting.happened(event)
  }

  #keep<T>(list: T[], entry: T): void {
    list.push(entry)
    if (list.length > this.#messagesKept) list.shift()
  }
}

/** Resolves when the lock is subscribed and its unasked hello has been taken by the broker. */
export async function startSimulatedLock(options: SimulatedLockOptions): Promise<SimulatedLock> {
  const { startTimeoutMs = 10_000 } = options
  let lastFailure: Error | undefined
  const lock = new SimulatedLock({
    ...options,
    onConnectionFailure: (error) => {
      lastFailure = error
      options.onConnectionFailure?.(error)
    },
  })
  try {
    await lock.reconnect(startTimeoutMs ?? 2 ** 31 - 1)
  } catch (cause) {
    await lock.stop()
    throw new Error(`the lock did not get online: ${lastFailure?.message ?? 'no answer'}`, { cause })
  }
  return lock
}
