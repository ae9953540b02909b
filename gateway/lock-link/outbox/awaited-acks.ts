import type { VerifiedAck } from '#domain/acks/ack.ts'
import type { SendAnswer } from '#domain/locks/lock-link.ts'
import type { SignedCommand } from '#domain/openings/opening.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { CommandId, LockId } from '#protocol/ids.ts'
import { ShortLivedMap } from '#runtime/short-lived-map.ts'

/** A command that was sent, as long as somebody waits for its ack. */
export interface AwaitedCommand {
  readonly command: SignedCommand
  readonly sentMonotonicMs: number
  answer(ack: VerifiedAck, wasSuspended: boolean): void
  giveUp(): void
}

/** The commands whose acks somebody waits for. An ack is bound to one by lock, id and hash; nothing else binds it. */
export class AwaitedAcks {
  readonly #waiting = new ShortLivedMap<CommandId, AwaitedCommand>()
  /** How many commands of a lock are waited for. */
  readonly #ofLock = new Map<LockId, number>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  isAwaited(lockId: LockId): boolean {
    return this.#ofLock.has(lockId)
  }

  /** @param handOver hands it to the broker; false when nothing was handed over and nothing ever will be */
  send(command: SignedCommand, untilMonotonicMs: number, handOver: (forMs: number) => boolean): Promise<SendAnswer> {
    return new Promise((resolve) => {
      const { commandId, lockId } = command
      const end = (answer: SendAnswer) => {
        if (this.#waiting.delete(commandId)) this.#count(lockId, -1)
        cancel()
        resolve(answer)
      }
      const sentMonotonicMs = this.#clock.monotonicMs()
      const forMs = Math.max(0, untilMonotonicMs - sentMonotonicMs)
      const cancel = this.#clock.startTimer(forMs, () => end({ kind: 'silent' }))
      // Before the publish, or a quick ack would find nobody waiting.
      this.#count(lockId, 1)
      this.#waiting.set(commandId, {
        command,
        sentMonotonicMs,
        answer: (ack, wasSuspended) => end({ kind: 'acked', ack, wasSuspended }),
        giveUp: () => end({ kind: 'silent' }),
      })
      if (!handOver(forMs)) end({ kind: 'not-sent' })
    })
  }

  /** Null when nobody waits for it, or it is bound to no command of its lock. */
  boundTo(ack: VerifiedAck): AwaitedCommand | null {
    const waiting = this.#waiting.get(ack.commandId)
    if (waiting === undefined) return null
    const { lockId, commandHash } = waiting.command
    return lockId === ack.lockId && commandHash === ack.commandHash ? waiting : null
  }

  /** For a lock with a new key pair: acks of the old board no longer count, and waiting callers only block others. */
  giveUpOn(lockId: LockId): void {
    for (const commandId of [...this.#waiting.keys()]) {
      const waiting = this.#waiting.get(commandId)
      if (waiting?.command.lockId === lockId) waiting.giveUp()
    }
  }

  #count(lockId: LockId, by: 1 | -1): void {
    const count = (this.#ofLock.get(lockId) ?? 0) + by
    if (count === 0) this.#ofLock.delete(lockId)
    else this.#ofLock.set(lockId, count)
  }
}
