import type { Motion } from '#firmware-sim/machine/bolt.ts'
import type { CommandId, OpeningId } from '#protocol/ids.ts'

export interface Movement {
  kind: 'pulse-started' | 'pulse-extended'
  commandId: CommandId
  openingId: OpeningId
  /** The simulator's clock, not the lock's. */
  atMs: number
}

export interface MotorOrder {
  motion: Motion
  commandId: CommandId
  openingId: OpeningId
}

export interface MotorDeps {
  travelMs: number
  nowMs: () => number
  jammed: () => boolean
  onMovement: (movement: Movement) => void
}

/** The hardware that truly moves. What it did stays done when the firmware loses its power. */
export class BoltMotor {
  /** Every actuation since the lock was built, across reboots. */
  readonly movements: Movement[] = []
  readonly #deps: MotorDeps
  #travel: NodeJS.Timeout | undefined

  constructor(deps: MotorDeps) {
    this.#deps = deps
  }

  /** Calls `done` when the bolt is withdrawn or stuck, unless the power goes first. */
  drive(order: MotorOrder, done: (result: 'bolt-withdrawn' | 'bolt-jammed') => void): void {
    const jammed = this.#deps.jammed()
    if (!jammed) this.move(order)
    const finish = () => done(jammed ? 'bolt-jammed' : 'bolt-withdrawn')
    // An extended pulse only holds the bolt where it is.
    if (order.motion === 'extend' || this.#deps.travelMs <= 0) finish()
    else this.#travel = setTimeout(finish, this.#deps.travelMs)
  }

  move({ motion, commandId, openingId }: MotorOrder): void {
    const kind = motion === 'start' ? 'pulse-started' : 'pulse-extended'
    const movement: Movement = { kind, commandId, openingId, atMs: this.#deps.nowMs() }
    this.movements.push(movement)
    this.#deps.onMovement(movement)
  }

  powerOff(): void {
    clearTimeout(this.#travel)
  }
}
