import { expect, test } from 'vitest'
import { ackHashOf } from '#domain/acks/ack.ts'
import { judgeOrphan, type KeptOrphan } from '#domain/acks/judge-orphan.ts'
import { newOpeningId } from '#protocol/ids.ts'
import { lockId, newAck, newCommand, T0 } from '#test/store/support/store-site.ts'

const ack = newAck(newCommand(newOpeningId(), lockId(1), null), 'opened')
const first: KeptOrphan = { keptAs: 'first', ackHash: 'of the first' }
const last: KeptOrphan = { keptAs: 'last', ackHash: 'of the last' }

test.each<[number, readonly KeptOrphan[], object]>([
  [1, [], { as: 'first', between: 0, event: { type: 'AckOrphaned', atMs: T0 } }],
  [5, [], { as: 'first', between: 4, event: { type: 'AckOrphaned' } }],
  [1, [first], { as: 'last', between: 0, event: null }],
  [5, [first], { as: 'last', between: 4, event: null }],
  // One more than are new: the last one before is kept no longer, and is counted.
  [1, [first, last], { as: 'last', between: 1, event: null }],
  [5, [first, last], { as: 'last', between: 5, event: null }],
])('%d acks that fit no command, beside %j: %j', (times, kept, expected) => {
  expect(judgeOrphan({ ack, times }, kept, T0)).toMatchObject({
    ...{ kind: 'kept', ...expected },
    sighting: { kind: 'ack-orphaned', lockId: 1, about: ack.commandId, times },
  })
})

test('the very bytes that are kept are no news, unless more came besides', () => {
  const same: KeptOrphan = { keptAs: 'first', ackHash: ackHashOf(ack) }
  expect(judgeOrphan({ ack, times: 1 }, [same], T0)).toEqual({ kind: 'repeat' })
  expect(judgeOrphan({ ack, times: 1 }, [first, { ...same, keptAs: 'last' }], T0)).toEqual({ kind: 'repeat' })
  expect(judgeOrphan({ ack, times: 2 }, [same], T0)).toMatchObject({ kind: 'kept', as: 'last' })
})

test('its event names what the lock signed', () => {
  const verdict = judgeOrphan({ ack, times: 1 }, [], T0)
  const { openingId, commandId, commandHash, keyGeneration, journalSeq } = ack
  const said = { openingId, keyRef: null, reason: null, result: 'opened', commandId, commandHash }
  expect(verdict).toHaveProperty('event.chained', { ...said, ackHash: ackHashOf(ack), keyGeneration, journalSeq })
})
