import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { connectAsync } from 'mqtt'
import { expect, it, type TestContext } from 'vitest'
import { hashLockPassword, newLockPassword, verifyLockPassword } from '#broker/access/lock-password.ts'
import { mosquittoFiles } from '#broker/mosquitto-files.ts'
import { siteFilter } from '#protocol/topics.ts'
import { advisedConfig } from '#test/support/mosquitto.ts'
import { connectLock, given, inbox, lock, passwordOf, SITE, topicOf, until } from './broker-fixture.ts'

const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']

/** Where the program is; without it the test is skipped with a message, or fails under LATCHKEY_ALL. */
function installed(program: string, context: TestContext): string {
  const path = folders.map((folder) => join(folder, program)).find((candidate) => existsSync(candidate))
  if (path === undefined && !process.env.LATCHKEY_ALL) context.skip(`${program} is not installed`)
  return given(path)
}

async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'latchkey-mosquitto-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

it('makes passwords of 192 bits whose hash shows nothing of them', async () => {
  const password = newLockPassword()
  const hash = hashLockPassword(password)
  expect(password).toMatch(/^[A-Za-z0-9_-]{32}$/)
  expect(hash).toMatch(/^\$7\$101\$[A-Za-z0-9+/]{16}\$[A-Za-z0-9+/]{86}==$/)
  expect(hashLockPassword(password)).not.toBe(hash)
  expect(await verifyLockPassword(Buffer.from(password), hash)).toBe('match')
  expect(await verifyLockPassword(Buffer.from(`${password} `), hash)).toBe('mismatch')
})

it.each(['', 'plain', '$6$abc$def', '$7$101$!!!!$x', `$7$999999$AAAA$${'A'.repeat(86)}==`])(
  'calls %j unreadable instead of comparing with it',
  async (hash) => {
    expect(await verifyLockPassword(Buffer.from('x'), hash)).toBe('unreadable-hash')
  },
)

it('refuses to write a Mosquitto file that a name or a hash could break', () => {
  const passwordHash = hashLockPassword('x')
  const files = (userName: string, hash: string) =>
    mosquittoFiles({ site: SITE, gateway: { userName, passwordHash: hash }, locks: [] })
  for (const userName of ['', 'lock-7', 'a:b', 'a\ntopic #', 'Gateway'])
    expect(() => files(userName, passwordHash)).toThrow()
  expect(() => files('latchkey', `${passwordHash}\nroot:`)).toThrow()
})

it('verifies what mosquitto_passwd made', async (context) => {
  const program = installed('mosquitto_passwd', context)
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'passwords')
  const password = newLockPassword()
  execFileSync(program, ['-c', '-b', file, 'lock-17', password], { stdio: 'ignore' })
  const hash = given((await readFile(file, 'utf8')).trim().split(':')[1])
  expect(await verifyLockPassword(Buffer.from(password), hash)).toBe('match')
  expect(await verifyLockPassword(Buffer.from('guessed'), hash)).toBe('mismatch')
})

it('gives a real Mosquitto the same rights as the embedded broker', async (context) => {
  const program = installed('mosquitto', context)
  await using folder = await temporaryFolder()
  await using cleanUp = new AsyncDisposableStack()
  const gatewayPassword = newLockPassword()
  const exported = mosquittoFiles({
    site: SITE,
    gateway: { userName: 'latchkey', passwordHash: hashLockPassword(gatewayPassword) },
    locks: [1, 2].map((id) => ({ lockId: lock(id), passwordHash: hashLockPassword(passwordOf(lock(id))) })),
  })
  const [passwordFile, aclFile] = [join(folder.path, 'passwords'), join(folder.path, 'acl')]
  const port = await freePort()
  // As root Mosquitto becomes another user before it reads its files.
  await chmod(folder.path, 0o755)
  await writeFile(passwordFile, exported.passwordFile)
  await writeFile(aclFile, exported.aclFile)
  const files = { port, passwords: passwordFile, acl: aclFile }
  await writeFile(join(folder.path, 'mosquitto.conf'), advisedConfig(exported.aclFile, files))
  const mosquitto = spawn(program, ['-c', join(folder.path, 'mosquitto.conf')], { stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = once(mosquitto, 'exit')
  cleanUp.defer(async () => {
    mosquitto.kill()
    await exited
  })
  let output = ''
  mosquitto.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  await until(() => output.includes(' running') || mosquitto.exitCode !== null)
  expect(mosquitto.exitCode, output).toBeNull()

  const gateway = await connectAsync({
    host: '127.0.0.1',
    port,
    protocolVersion: 4,
    username: 'latchkey',
    password: gatewayPassword,
  })
  cleanUp.defer(() => gateway.endAsync(true))
  const [lock1, lock2] = [await connectLock(port, lock(1)), await connectLock(port, lock(2))]
  cleanUp.defer(() => lock1.endAsync(true))
  cleanUp.defer(() => lock2.endAsync(true))
  const [atGateway, at1, at2] = [inbox(gateway), inbox(lock1), inbox(lock2)]
  await gateway.subscribeAsync([siteFilter(SITE, 'ack'), siteFilter(SITE, 'event')], { qos: 1 })
  await lock1.subscribeAsync([topicOf(1, 'command'), topicOf(2, 'command'), '#'], { qos: 1 })
  await lock2.subscribeAsync(topicOf(2, 'command'), { qos: 1 })

  await expect(connectLock(port, lock(1), { password: 'guessed' })).rejects.toThrow(/Not authorized/i)
  await expect(connectLock(port, lock(3))).rejects.toThrow(/Not authorized/i)
  await lock1.publishAsync(topicOf(2, 'ack'), 'forged', { qos: 1 })
  await lock1.publishAsync(topicOf(2, 'command'), 'forged', { qos: 1 })
  await lock1.publishAsync(topicOf(1, 'command'), 'forged', { qos: 1 })
  await lock1.publishAsync(topicOf(1, 'ack'), 'own', { qos: 1 })
  await gateway.publishAsync(topicOf(2, 'command'), 'for 2', { qos: 1 })
  await gateway.publishAsync(topicOf(1, 'command'), 'for 1', { qos: 1 })
  const texts = () => [atGateway, at1, at2].map((received) => received.map(({ text }) => text))
  await until(() => texts().every((received) => received.length > 0))
  expect(texts()).toEqual([['own'], ['for 1'], ['for 2']])

  // Whatever it calls itself: a client is its user, and takes nobody else's place.
  const other = await connectLock(port, lock(2), { clientId: 'latchkey' })
  cleanUp.defer(() => other.endAsync(true))
  await until(() => !lock2.connected)
  expect([gateway.connected, lock1.connected]).toEqual([true, true])
})
