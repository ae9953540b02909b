import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HeardCommand } from '#firmware-sim/machine/machine-types.ts'
import { LockLab, type PowerGoes } from './lock-lab.ts'

/** One thing that happens to a lock; `which` picks among the commands ever made, so that old ones come again. */
type Happening =
  | { kind: 'new'; deadlineInS: number; skip: number }
  | { kind: 'again' | 'question'; which: number }
  | { kind: 'bolt-withdrawn' | 'bolt-jammed' | 'reboot' | 'connected' }
  | { kind: 'power'; goes: PowerGoes[] }
  | { kind: 'wait' | 'slow-flash'; ms: number }
  | { kind: 'receipt'; every: number }

const which = fc.nat({ max: 40 })
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('new'),
      deadlineInS: fc.integer({ min: -2, max: 14 }),
      skip: fc.nat({ max: 2 }),
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('again', 'question'), which }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('bolt-withdrawn', 'bolt-withdrawn', 'bolt-jammed', 'connected') }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reboot') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('power'),
      goes: fc.array(
        fc.constantFrom<PowerGoes>(
          ...(['before-boot', 'after-boot', 'before-intent', 'after-intent', 'at-motor'] as const),
          ...(['before-outcome', 'after-outcome', 'before-receipts', 'after-receipts'] as const),
        ),
        { minLength: 1, maxLength: 3 },
      ),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.integer({ min: 1, max: 9_000 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('slow-flash'), ms: fc.constantFrom(0, 0, 20, 1_500, 6_000, 11_000) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('receipt'), every: fc.integer({ min: 1, max: 3 }) }) },
)

/** Commands are held back, reordered, repeated and asked about; the delivery of a new one is itself a happening. */
function live(happenings: readonly Happening[], journalCapacity: number): LockLab {
  const lab = new LockLab({ journalCapacity })
  const commands: HeardCommand[] = []
  const pick = (index: number) => commands[index % Math.max(1, commands.length)]
  for (const happens of happenings) {
    switch (happens.kind) {
      case 'new': {
        lab.counter += happens.skip
        const command = lab.command({ notAfterUptimeS: Math.max(0, lab.uptimeS + happens.deadlineInS) })
        commands.push(command)
        // Every other one is held back for later.
        if (commands.length % 2 === 0) lab.hear(command)
        break
      }
      case 'again': {
        const command = pick(happens.which)
        if (command !== undefined) lab.hear(command)
        break
      }
      case 'question': {
        const command = pick(happens.which)
        if (command !== undefined) lab.ask(command)
        break
      }
      case 'reboot':
        lab.reboot()
        break
      case 'power':
        lab.powerGoes = [...happens.goes]
        break
      case 'slow-flash':
        lab.flashTakesMs = happens.ms
        break
      case 'wait':
        lab.uptimeMs += happens.ms
        lab.take({ kind: 'timer' })
        break
      case 'receipt':
        lab.receipt(lab.acks.map(({ payload }) => payload.journalSeq).filter((seq) => seq % happens.every === 0))
        break
      case 'bolt-withdrawn':
      case 'bolt-jammed':
        lab.boltEnds(happens.kind)
        break
      default:
        lab.take({ kind: happens.kind })
    }
  }
  for (const command of commands) lab.ask(command)
  // What never changes about a command, checked against every ack that ever left.
  const byId = new Map<string, HeardCommand>(commands.map((command) => [command.jti, command]))
  for (const move of lab.moves) {
    const command = byId.get(move.commandId)
    expect(command?.bootId).toBe(move.bootId)
    expect(move.uptimeS).toBeLessThanOrEqual(command?.notAfterUptimeS ?? -1)
  }
  return lab
}

const anyLife = [fc.array(happening, { maxLength: 120, size: 'max' }), fc.constantFrom(1, 2, 3, 20)] as const
const runs = { numRuns: 800 }

describe('whatever is replayed, reordered, receipted, forgotten and cut off', () => {
  it('no command moves the bolt twice, after its deadline, or in another boot', () => {
    fc.assert(
      fc.property(...anyLife, (happenings, capacity) => {
        const { moves } = live(happenings, capacity)
        expect(new Set(moves.map(({ commandId }) => commandId)).size).toBe(moves.length)
      }),
      runs,
    )
  })

  it('refused and not-executed are said of no command that moved the bolt, before or after', () => {
    fc.assert(
      fc.property(...anyLife, (happenings, capacity) => {
        const { moves, acks } = live(happenings, capacity)
        const moved = new Set<string>(moves.map(({ commandId }) => commandId))
        for (const { payload } of acks) {
          if (payload.result === 'refused' || payload.result === 'not-executed')
            expect(moved).not.toContain(payload.commandId)
          if (payload.result === 'opened') expect(moved).toContain(payload.commandId)
        }
      }),
      runs,
    )
  })

  it('no sequence number is missing or names two acks, and a command has one ack to the letter as long as it is remembered', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 120, size: 'max' }), (happenings) => {
        const { acks } = live(happenings, 512)
        expect(new Set(acks.map(({ payload }) => payload.journalSeq)).size).toBe(
          new Set(acks.map(({ message }) => message)).size,
        )
        const messages = new Map<string, string>()
        for (const { message, payload } of acks) {
          expect(messages.get(payload.commandId) ?? message).toBe(message)
          messages.set(payload.commandId, message)
        }
      }),
      runs,
    )
  })
})
