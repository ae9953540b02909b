import { describe, expect, it } from 'vitest'
import { mayLeaveWill, mayReceive, maySubscribe, type Party, publishDecision } from '#broker/authorize.ts'
import { siteFilter } from '#protocol/topics.ts'
import { lock, SITE, topicOf } from './broker-fixture.ts'

const gateway: Party = { kind: 'gateway', site: SITE }
const lock17: Party = { kind: 'lock', site: SITE, lockId: lock(17) }
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

  it('lets the gateway publish commands, and nothing in the name of a lock', () => {
    expect(publishDecision(gateway, { topic: own('command'), qos: 1, retain: false })).toEqual({ kind: 'allowed' })
    for (const topic of [own('ack'), own('event'), own('presence'), `${otherSite}/command`, ...strangeTopics])
      expect(publishDecision(gateway, { topic, qos: 1, retain: false }).kind).toBe('refused')
  })

  it.each([
    ['retained', { qos: 1, retain: true }],
    ['not-qos-1', { qos: 0, retain: false }],
    ['not-qos-1', { qos: 2, retain: false }],
  ] as const)('refuses a command of the gateway that is %s', (reason, how) => {
    expect(publishDecision(gateway, { topic: own('command'), ...how })).toEqual({ kind: 'refused', reason })
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

  it('lets the gateway subscribe to what all locks of its site say, and to nothing else', () => {
    for (const kind of ['ack', 'event', 'presence'] as const)
      expect(maySubscribe(gateway, siteFilter(SITE, kind))).toBe(true)
    const foreign = strangeTopics.filter((topic) => topic !== siteFilter(SITE, 'ack'))
    for (const filter of [own('ack'), own('command'), 'latchkey/v1/haus-1/+/command', ...foreign])
      expect(maySubscribe(gateway, filter)).toBe(false)
  })
})

describe('receiving', () => {
  it('gives a lock its own commands only, whatever it is subscribed to', () => {
    expect(mayReceive(lock17, own('command'))).toBe(true)
    for (const topic of [own('ack'), own('presence'), topicOf(18, 'command'), ...strangeTopics])
      expect(mayReceive(lock17, topic)).toBe(false)
  })

  it('gives the gateway what locks of its site say, never its own commands', () => {
    expect(mayReceive(gateway, own('ack'))).toBe(true)
    expect(mayReceive(gateway, topicOf(18, 'presence'))).toBe(true)
    for (const topic of [own('command'), ...strangeTopics]) expect(mayReceive(gateway, topic)).toBe(false)
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
