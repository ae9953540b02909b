import type { BootId, CommandId } from '#protocol/ids.ts'
import { DEADLINE_MAX_AHEAD_S } from '#protocol/limits.ts'
import { type BootRecord, type FlashImage, findBoot, findRecord, newBoot } from './journal.ts'

/** What the lock knows when a verified message comes. */
export interface GuardView {
  flash: FlashImage
  bootId: BootId
  lastCounter: number
  uptimeS: number
}

export type CommandJudgement =
  | { kind: 'repeat'; message: string }
  | { kind: 'silent'; why: 'in-progress' | 'boot-unknown' | 'forgotten' }
  | { kind: 'refused'; reason: 'other-boot' | 'deadline-passed' | 'deadline-too-far' | 'counter' }
  | { kind: 'fresh' }

/**
 * Decides whether a verified command may be thought about at all. A refusal is a promise that the bolt never moved for
 * it, so whatever may have been executed and forgotten since is met with silence.
 */
export function judgeCommand(
  view: GuardView,
  command: { jti: CommandId; bootId: BootId; counter: number; notAfterUptimeS: number },
): CommandJudgement {
  const known = findRecord(view.flash, command.jti)
  if (known !== undefined) {
    return known.outcome === null
      ? { kind: 'silent', why: 'in-progress' }
      : { kind: 'repeat', message: known.outcome.message }
  }
  const boot = knownBoot(view, command.bootId)
  if (boot === undefined) return { kind: 'silent', why: 'boot-unknown' }
  if (command.counter <= boot.forgottenCounter) return { kind: 'silent', why: 'forgotten' }
  if (command.bootId !== view.bootId) return { kind: 'refused', reason: 'other-boot' }
  if (isTooLate(view.uptimeS, command)) return { kind: 'refused', reason: 'deadline-passed' }
  if (command.notAfterUptimeS - view.uptimeS > DEADLINE_MAX_AHEAD_S) {
    return { kind: 'refused', reason: 'deadline-too-far' }
  }
  if (command.counter <= view.lastCounter) return { kind: 'refused', reason: 'counter' }
  return { kind: 'fresh' }
}

/** In whole seconds of the boot that the command is made for: the last one may still be used. */
export const isTooLate = (uptimeS: number, { notAfterUptimeS }: { notAfterUptimeS: number }): boolean =>
  uptimeS > notAfterUptimeS

/** The present boot is known before it has a place in flash. */
const knownBoot = ({ flash, bootId }: GuardView, asked: BootId): BootRecord | undefined =>
  findBoot(flash, asked) ?? (asked === bootId ? newBoot(bootId) : undefined)

export type OutcomeJudgement =
  | { kind: 'repeat'; message: string }
  | { kind: 'silent'; why: 'in-progress' | 'could-still-run' | 'boot-unknown' | 'forgotten' }
  | { kind: 'not-executed' }

/** Answers "what became of that command?". A question has no counter: the deadline tells if it may be forgotten. */
export function judgeQuestion(
  view: GuardView,
  question: { about: CommandId; bootId: BootId; notAfterUptimeS: number },
): OutcomeJudgement {
  const known = findRecord(view.flash, question.about)
  if (known !== undefined) {
    return known.outcome === null
      ? { kind: 'silent', why: 'in-progress' }
      : { kind: 'repeat', message: known.outcome.message }
  }
  if (question.bootId === view.bootId && !isTooLate(view.uptimeS, question)) {
    return { kind: 'silent', why: 'could-still-run' }
  }
  const boot = knownBoot(view, question.bootId)
  if (boot === undefined) return { kind: 'silent', why: 'boot-unknown' }
  if (question.notAfterUptimeS <= boot.forgottenNotAfterUptimeS) return { kind: 'silent', why: 'forgotten' }
  return { kind: 'not-executed' }
}
