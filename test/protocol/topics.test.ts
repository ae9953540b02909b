import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LOCK_ID_MAX, lockIdFromNumber, parseLockId, parseSiteId } from '#protocol/ids.ts'
import {
  gatewayName,
  LOCK_TOPIC_KINDS,
  lockName,
  lockTopic,
  lockUserName,
  parseLockTopic,
  parseLockUserName,
  siteFilter,
} from '#protocol/topics.ts'

const siteIds = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/).map((text) => given(parseSiteId(text)))
const lockIds = fc.integer({ min: 1, max: LOCK_ID_MAX }).map((number) => given(lockIdFromNumber(number)))
const kinds = fc.constantFrom(...LOCK_TOPIC_KINDS)

function given<T>(value: T | null): T {
  if (value === null) throw new Error('a test needs a valid value here')
  return value
}

describe('a topic', () => {
  test('names exactly one site, one lock and one kind, and is read back as it was built', () => {
    fc.assert(
      fc.property(siteIds, lockIds, kinds, (site, lockId, kind) => {
        expect(parseLockTopic(lockTopic(site, lockId, kind))).toEqual({ site, lockId, kind })
      }),
    )
  })

  test('is written as the firmware author reads it in PROTOCOL.md', () => {
    const [site, lockId] = [given(parseSiteId('north')), given(parseLockId('17'))]
    expect(lockTopic(site, lockId, 'command')).toBe('latchkey/v1/north/17/command')
    expect(siteFilter(site, 'ack')).toBe('latchkey/v1/north/+/ack')
    expect(gatewayName(site)).toBe('north/gateway')
    expect(lockName(site, lockId)).toBe('north/17')
    expect(lockUserName(lockId)).toBe('lock-17')
  })

  test.each([
    '',
    '/',
    'latchkey/v1/north/17',
    'latchkey/v1/north/17/',
    'latchkey/v1/north/17/command/',
    'latchkey/v1/north/17/command/more',
    '/latchkey/v1/north/17/command',
    'latchkey/v2/north/17/command',
    'Latchkey/v1/north/17/command',
    'latchkey/v1/North/17/command',
    'latchkey/v1/-north/17/command',
    'latchkey/v1//17/command',
    'latchkey/v1/north/017/command',
    'latchkey/v1/north/0/command',
    'latchkey/v1/north/-1/command',
    'latchkey/v1/north/+17/command',
    'latchkey/v1/north/1e2/command',
    'latchkey/v1/north/1000000000000000/command',
    'latchkey/v1/north/+/command',
    'latchkey/v1/north/#',
    'latchkey/v1/north/17/Command',
    'latchkey/v1/north/17/command\n',
    'latchkey/v1/north\n/17/command',
    'latchkey/v1/north/17\u0000/command',
    'latchkey/v1/north/\u0661\u0667/command',
    '$share/g/latchkey/v1/north/17/command',
  ])('that nothing here would have written is nobody’s: %j', (topic) => {
    expect(parseLockTopic(topic)).toBeNull()
  })

  test('that is read at all is the one that would be written for it, whatever a client sends', () => {
    const pieces = fc.constantFrom('latchkey', 'v1', 'north', '17', '+', '#', '', 'command', 'ack', ' ', '0', '1e1')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((parts) => parts.join('/')),
        ),
        (topic) => {
          const parsed = parseLockTopic(topic)
          if (parsed !== null) expect(lockTopic(parsed.site, parsed.lockId, parsed.kind)).toBe(topic)
        },
      ),
    )
  })
})

describe('a lock’s user name', () => {
  test('is read back as the lock it was made for', () => {
    fc.assert(
      fc.property(lockIds, (lockId) => {
        expect(parseLockUserName(lockUserName(lockId))).toBe(lockId)
      }),
    )
  })

  test.each(['', 'lock-', 'lock-0', 'lock-017', 'lock-1e2', 'lock-17 ', 'LOCK-17', 'lock17', 'lock--17', 'gateway'])(
    'is no lock’s when it is written in any other way: %j',
    (userName) => {
      expect(parseLockUserName(userName)).toBeNull()
    },
  )
})
