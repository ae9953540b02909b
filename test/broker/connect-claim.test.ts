import { describe, expect, it } from 'vitest'
import { type ConnectRequest, connectClaim, passwordFlaw } from '#broker/access/authenticate.ts'
import { hashLockPassword } from '#broker/access/lock-password.ts'
import { lock, SITE, topicOf } from './broker-fixture.ts'

const good: ConnectRequest = {
  protocolVersion: 4,
  clientId: 'lock-17',
  userName: 'lock-17',
  keepaliveS: 30,
  will: { topic: topicOf(17, 'presence'), payload: 'offline' },
}

describe('connectClaim', () => {
  it('takes a lock that comes under its own name', () => {
    expect(connectClaim(SITE, good, 30)).toEqual({ kind: 'lock', lockId: 17 })
    expect(connectClaim(SITE, { ...good, will: null, keepaliveS: 1 }, 30)).toEqual({ kind: 'lock', lockId: 17 })
  })

  it.each<[string, Partial<ConnectRequest>]>([
    ['protocol-version', { protocolVersion: 3 }],
    ['protocol-version', { protocolVersion: 5 }],
    ['anonymous', { userName: undefined }],
    ['client-name', { clientId: 'lock-18' }],
    ['client-name', { clientId: '' }],
    ['client-name', { clientId: 'lock-17\0' }],
    ['client-name', { clientId: 'LOCK-17' }],
    ['client-name', { userName: 'gateway', clientId: 'gateway' }],
    ['client-name', { userName: 'lock-017', clientId: 'lock-017' }],
    ['client-name', { userName: 'lock-17\0', clientId: 'lock-17\0' }],
    ['client-name', { userName: 'lock-17\n', clientId: 'lock-17\n' }],
    ['client-name', { userName: 'lock-17\ud800', clientId: 'lock-17\ud800' }],
    ['client-name', { userName: 'lock-1e1', clientId: 'lock-1e1' }],
    ['client-name', { userName: 'lock-+', clientId: 'lock-+' }],
    ['client-name', { userName: 'l'.repeat(65_535), clientId: 'l'.repeat(65_535) }],
    ['keepalive', { keepaliveS: 0 }],
    ['keepalive', { keepaliveS: 31 }],
    ['keepalive', { keepaliveS: 65_535 }],
    ['will', { will: { topic: topicOf(18, 'presence'), payload: 'offline' } }],
  ])('refuses a %s: %j', (reason, difference) => {
    expect(connectClaim(SITE, { ...good, ...difference }, 30)).toMatchObject({ kind: 'refused', reason })
  })

  it('tells whoever writes the firmware which keepalive came, and which would do', () => {
    const claim = connectClaim(SITE, { ...good, keepaliveS: 60 }, 30)
    expect(claim).toMatchObject({ lockId: 17, facts: { keepaliveS: 60, allowed: '1–30' } })
  })
})

describe('passwordFlaw', () => {
  const bytes = (text: string) => Buffer.from(text)
  const stored = (hash: string | null) => ({ passwordHashOf: () => hash })

  it('finds none in the right password', async () => {
    expect(await passwordFlaw(lock(17), bytes('right'), stored(hashLockPassword('right')))).toBeNull()
  })

  it.each([
    ['wrong-password', hashLockPassword('right'), 'wrong'],
    ['wrong-password', hashLockPassword('right'), ''],
    ['unknown-lock', null, 'right'],
    ['credential-unreadable', 'right', 'right'],
  ])('refuses: %s', async (flaw, hash, password) => {
    expect(await passwordFlaw(lock(17), bytes(password), stored(hash))).toBe(flaw)
  })

  it('refuses a password that is withdrawn while it is being checked', async () => {
    const hashes = [hashLockPassword('right'), null]
    expect(await passwordFlaw(lock(17), bytes('right'), { passwordHashOf: () => hashes.shift() ?? null })).toBe(
      'wrong-password',
    )
  })
})
