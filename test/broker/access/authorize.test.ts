import { describe, expect, it } from 'vitest'
import { mayLeaveWill, mayReceive, maySubscribe, type Party, publishDecision } from '#broker/access/authorize.ts'
import { lock, SITE, topicOf } from '#test/broker/broker-fixture.ts'

const lock17: Party = { site: SITE, lockId: lock(17) }
const own = (kind: 'command' | 'ack' | 'event' | 'presence') => topicOf(17, kind)
const otherSite = 'latchkey/v1/haus-2/17'

const strangeTopics = [
  '',
  '/',
  '$SYS/broker/new/clients',
  '$dropped',
  '#',
  '+',
  'latchkey/v1/haus-1/17',
  'latchkey/v1/haus-1/17/ack/',
  '/latchkey/v1/haus-1/17/ack',
  'latchkey/v1/haus-1/017/ack',
  'latchkey/v1/haus-1/+/ack',
  'latchkey/v1/haus-1/#',
  'latchkey/v1/HAUS-1/17/ack',
  'latchkey/v2/haus-1/17/ack',
  'latchkey/v1/haus-1/17/ack\0',
  'latchkey/v1/haus-1/17/ack\n',
  'latchkey/v1/haus-1/17/a+',
  'latchkey/v1/haus-1/17\ud800/ack',
  'latchkey/v1/haus-1/__proto__/ack',
  'x'.repeat(65_535),
  `${otherSite}/ack`,
]

describe('publishing', () => {
  it.each(['ack', 'event', 'presence'] as const)('lets a lock publish its own %s', (kind) => {
    expect(publishDecision(lock17, { topic: own(kind), qos: 1, retain: false })).toEqual({ kind: 'allowed' })
  })

  it.each([own('command'), topicOf(18, 'ack'), topicOf(1, 'presence'), topicOf(171, 'event'), ...strangeTopics])(
    'refuses a lock that publishes to %j',
    (topic) => {
      expect(publishDecision(lock17, { topic, qos: 1, retain: false })).toEqual({
        kind: 'refused',
        reason: 'foreign-topic',
      })
    },
  )

  it.each([
    ['retained', { qos: 1, retain: true }],
    ['not-qos-1', { qos: 0, retain: false }],
    ['not-qos-1', { qos: 2, retain: false }],
  ] as const)('drops a lock’s own ack when it is %s, without an error that would make it come back', (reason, how) => {
    expect(publishDecision(lock17, { topic: own('ack'), ...how })).toEqual({ kind: 'dropped', reason })
  })
})

describe('subscribing', () => {
  it('lets a lock subscribe to its own commands', () => {
    expect(maySubscribe(lock17, own('command'))).toBe(true)
  })

  it.each([own('ack'), own('event'), own('presence'), topicOf(18, 'command'), `${own('command')}/#`, ...strangeTopics])(
    'refuses a lock that subscribes to %j',
    (filter) => {
      expect(maySubscribe(lock17, filter)).toBe(false)
    },
  )
})

describe('receiving', () => {
  it('gives a lock its own commands only, whatever it is subscribed to', () => {
    expect(mayReceive(lock17, own('command'))).toBe(true)
    for (const topic of [own('ack'), own('presence'), topicOf(18, 'command'), ...strangeTopics])
      expect(mayReceive(lock17, topic)).toBe(false)
  })
})

describe('the will', () => {
  it('lets a lock leave word that it is offline', () => {
    expect(mayLeaveWill(SITE, lock(17), { topic: own('presence'), payload: 'offline' })).toBe(true)
  })

  it.each([
    [own('presence'), 'online'],
    [own('presence'), 'offline '],
    [own('presence'), ''],
    [own('ack'), 'offline'],
    [topicOf(18, 'presence'), 'offline'],
    [topicOf(18, 'command'), 'offline'],
    ['$SYS/x', 'offline'],
  ])('refuses a will on %j that says %j', (topic, payload) => {
    expect(mayLeaveWill(SITE, lock(17), { topic, payload })).toBe(false)
  })
})
