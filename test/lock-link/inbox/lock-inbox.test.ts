import { exportSPKI, generateKeyPair } from 'jose'
import { expect, test } from 'vitest'
import { DroppedMessages } from '#lock-link/inbox/dropped-messages.ts'
import { LockConduct } from '#lock-link/inbox/lock-conduct.ts'
import { LockInbox } from '#lock-link/inbox/lock-inbox.ts'
import { VerificationTurns } from '#lock-link/inbox/verification-turns.ts'
import { LockKeys } from '#lock-link/lock-keys.ts'
import { signMessage } from '#protocol/envelope.ts'
import { newBootId, newNonce, parseSiteId } from '#protocol/ids.ts'
import { MESSAGE_TYPES } from '#protocol/messages.ts'
import { gatewayName, lockName, lockTopic, OFFLINE_WILL } from '#protocol/topics.ts'
import { one as lockId, two } from '#test/lock-link/link-lab.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { must } from '#test/support/must.ts'

const site = must(parseSiteId('test'))
const topic = lockTopic(site, lockId, 'presence')

/** An inbox that one lock may write to, and a hello that it signed. */
async function startInbox() {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const clock = new ManualClock()
  const keys = new LockKeys()
  await keys.put({ lockId, publicKeyPem: await exportSPKI(publicKey), keyGeneration: 1 })
  const heard: string[] = []
  const verdicts: string[] = []
  const excess: string[] = []
  const say = () => {}
  const inbox = new LockInbox({
    ...{ site, clock, keys, conduct: new LockConduct(), turns: new VerificationTurns(() => false) },
    dropped: new DroppedMessages(clock, { info: say, warn: say, error: say }),
    onHello: () => void heard.push('hello'),
    onAck: () => void heard.push('ack'),
    onWill: () => void heard.push('will'),
    onExcess: (_, { kind }) => void excess.push(kind),
    trace: ({ verdict }) => void verdicts.push(verdict),
  })
  const members = {
    ...{ iss: lockName(site, lockId), aud: gatewayName(site), nonce: newNonce(), bootId: newBootId(), uptimeS: 1 },
    ...{ lastCounter: 0, keyGeneration: 1, journalFrom: 0, journalTo: 0, ops: ['open'], firmware: 'test' },
    ...{ door: 'closed', batteryPercent: null },
  }
  return {
    inbox,
    keys,
    heard,
    verdicts,
    excess,
    hello: Buffer.from(await signMessage(MESSAGE_TYPES.hello, members, privateKey)),
  }
}

test('a true hello that a broker had kept is dropped: nobody knows when the lock said it', async () => {
  const { inbox, heard, verdicts, hello } = await startInbox()
  await inbox.receive(topic, hello, true)
  expect(heard).toEqual([])
  await inbox.receive(topic, hello, false)
  expect(heard).toEqual(['hello'])
  expect(verdicts).toEqual(['retained', 'ok'])
})

test('a will that a broker had kept takes no lock offline', async () => {
  const { inbox, heard } = await startInbox()
  await inbox.receive(topic, Buffer.from(OFFLINE_WILL), true)
  expect(heard).toEqual([])
  await inbox.receive(topic, Buffer.from(OFFLINE_WILL), false)
  expect(heard).toEqual(['will'])
})

test('a hello whose key pair is replaced while it is verified is dropped: it would bring back a board that was taken away', async () => {
  const { inbox, keys, heard, verdicts, hello } = await startInbox()
  const another = await exportSPKI((await generateKeyPair('ES256', { extractable: true })).publicKey)
  const replacing = keys.put({ lockId, publicKeyPem: another, keyGeneration: 2 })
  // The put takes its turn behind the look at the key, and before the signature has been verified.
  const receiving = inbox.receive(topic, hello, false)
  await Promise.all([replacing, receiving])
  expect({ heard, verdicts }).toEqual({ heard: [], verdicts: ['generation'] })
})

test('what comes under another site’s topic, or none of a lock’s, is nobody’s message here', async () => {
  const { inbox, heard, verdicts, hello } = await startInbox()
  await inbox.receive(lockTopic(must(parseSiteId('other')), lockId, 'presence'), hello, false)
  await inbox.receive('latchkey/v1/test', hello, false)
  expect({ heard, verdicts }).toEqual({ heard: [], verdicts: [] })
})

test('a lock that nobody added is not heard, and the live log says so', async () => {
  const { inbox, heard, verdicts, hello } = await startInbox()
  await inbox.receive(lockTopic(site, two, 'presence'), hello, false)
  expect({ heard, verdicts }).toEqual({ heard: [], verdicts: ['unknown-lock'] })
})

test('what a lock says beyond what a working one can is not verified, and is told to whoever judges it', async () => {
  const { inbox, verdicts, excess } = await startInbox()
  const noise = Buffer.from('noise')
  for (let message = 0; message < 121; message += 1) await inbox.receive(topic, noise, false)
  expect(verdicts.slice(0, 120)).not.toContain('too-much')
  expect(verdicts.at(-1)).toBe('too-much')
  expect(excess).toEqual(['unheard'])
})

test('only what a lock may say to us is read: its will is one by its topic too, and nothing comes up on a command’s', async () => {
  const { inbox, heard, verdicts } = await startInbox()
  await inbox.receive(lockTopic(site, lockId, 'ack'), Buffer.from(OFFLINE_WILL), false)
  await inbox.receive(lockTopic(site, lockId, 'command'), Buffer.from('noise'), false)
  await inbox.receive(lockTopic(site, lockId, 'event'), Buffer.from('noise'), false)
  expect(heard).toEqual([])
  expect(verdicts.slice(1)).toEqual(['unexpected-topic', 'unexpected-topic'])
})
