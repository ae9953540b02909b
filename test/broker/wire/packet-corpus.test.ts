import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hashLockPassword } from '#broker/access/lock-password.ts'
import { mosquittoFiles } from '#broker/mosquitto-files.ts'
import { lock, passwordOf, roundTrip, SITE, startSite } from '#test/broker/broker-fixture.ts'
import { connectPacket, PINGREQ } from '#test/broker/raw-mqtt.ts'
import { installed } from '#test/support/installed.ts'
import { startMosquitto } from '#test/support/mosquitto.ts'
import { freePort } from '#test/support/site-dir.ts'
import { MALFORMED, OTHER_VERSIONS, type Specimen, WELL_FORMED } from './packet-corpus.ts'

const CONNACK_OK = Buffer.from([0x20, 2, 0, 0])
const PINGRESP = Buffer.from([0xd0, 0])
/** How long a broker has to say that it still listens. */
const PATIENCE_MS = 5_000

/** What came before the connection ended, or before it showed by a PINGRESP that it goes on. */
async function answerTo(port: number, { bytes, isFirst }: Specimen): Promise<{ closed: boolean; answer: Buffer }> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const chunks: Buffer[] = []
  const answer = () => Buffer.concat(chunks)
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'connect')
  if (!isFirst) {
    socket.write(connectPacket())
    await once(socket, 'data')
    expect(answer()).toEqual(CONNACK_OK)
  }
  // What is still open behind it answers a ping.
  socket.write(Buffer.concat([bytes, PINGREQ]))
  const stopped = new AbortController()
  const pong = (async () => {
    for await (const _ of watch(socket, stopped.signal)) if (answer().includes(PINGRESP)) return
  })()
  const patience = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS).unref())
  let closed = false
  await Promise.race([
    ended.then(() => {
      closed = true
    }),
    pong,
    patience,
  ])
  stopped.abort()
  socket.destroy()
  return { closed, answer: isFirst ? answer() : answer().subarray(CONNACK_OK.length) }
}

async function* watch(socket: Socket, signal: AbortSignal): AsyncGenerator<void> {
  while (!signal.aborted) {
    await once(socket, 'data', { signal }).catch(() => undefined)
    yield
  }
}

/** A few at a time, so that hundreds of connections do not become hundreds of seconds. */
async function each<Result>(
  specimens: readonly Specimen[],
  work: (one: Specimen) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let at = 0; at < specimens.length; at += 1) {
    const specimen = specimens[at]
    if (specimen !== undefined) results.push(await work(specimen))
  }
  return results
}

it('ends the connection of every malformed packet without a word, and the others go on', async () => {
  await using site = await startSite({ connectsPerSecond: 1_000_000 })
  const wrong = await each(MALFORMED, async (specimen) => {
    const { closed, answer } = await answerTo(site.broker.port, specimen)
    return closed && answer.length === 0 ? null : specimen.name
  })
  expect(wrong.filter(Boolean)).toEqual([])
  expect(site.lines.filter(({ level }) => level === 'error')).toEqual([])
  await roundTrip(await site.lockClient(2), 2, site.gateway().received)
})

it('tells every other version of MQTT that it is not spoken here', async () => {
  await using site = await startSite()
  const answers = await each(OTHER_VERSIONS, async (specimen) => await answerTo(site.broker.port, specimen))
  expect(answers).toEqual(OTHER_VERSIONS.map(() => ({ closed: true, answer: Buffer.from([0x20, 2, 0, 1]) })))
  expect(site.broker.counters().refused['protocol-version']).toBe(OTHER_VERSIONS.length)
})

it('calls no well-formed packet malformed, whatever a lock may do', async () => {
  await using site = await startSite({ connectsPerSecond: 1_000_000 })
  await each(WELL_FORMED, async (specimen) => {
    await answerTo(site.broker.port, specimen)
  })
  const { refused, ended } = site.broker.counters()
  expect([refused['protocol-error'], ended['protocol-error'], refused['not-mqtt']]).toEqual([0, 0, 0])
})

it('names in its log what is wrong with a packet, for whoever writes the firmware', async () => {
  await using site = await startSite()
  const byName = (name: string) => MALFORMED.filter((specimen) => specimen.name === name)
  await each(byName('SUBSCRIBE without a filter'), async (specimen) => await answerTo(site.broker.port, specimen))
  const told = site.lines.find(({ message }) => message === 'connection ended')
  expect(told?.fields).toMatchObject({ lockId: 1, reason: 'protocol-error', says: 'SUBSCRIBE without a topic filter' })
})

/** Where Mosquitto 2.0 is more lenient than MQTT 3.1.1 asks: a lock that does it would fail at other brokers. */
const MOSQUITTO_TAKES: readonly RegExp[] = [
  /^PUBLISH of QoS 0 as a duplicate$/,
  /^(PUBACK|PUBREC|PUBCOMP) with its flags changed/,
  /^(PUBACK|PUBREC|PUBREL|PUBCOMP) with a byte too many$/,
  /^PINGREQ with /,
  /^(SUBACK|UNSUBACK|PINGRESP) from a client$/,
]
/** With the settings that the export advises it has no retained messages; here they are taken and thrown away. */
const MOSQUITTO_CLOSES_ON = ['PUBLISH retained', 'DISCONNECT']

it('is at least as strict as a real Mosquitto, and takes what that takes of good packets', async (context) => {
  const program = installed('mosquitto', context)
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-corpus-'))
  await using cleanUp = new AsyncDisposableStack()
  cleanUp.defer(() => rm(folder, { recursive: true }))
  await chmod(folder, 0o755)
  const files = mosquittoFiles({
    site: SITE,
    gateway: { userName: 'latchkey', passwordHash: hashLockPassword('x') },
    locks: [{ lockId: lock(1), passwordHash: hashLockPassword(passwordOf(lock(1))) }],
  })
  const [passwords, acl] = [join(folder, 'passwords'), join(folder, 'acl')]
  await writeFile(passwords, files.passwordFile)
  await writeFile(acl, files.aclFile)
  const port = await freePort()
  await using _mosquitto = await startMosquitto(program, folder, { port, passwords, acl })
  const taken = await each(MALFORMED, async (specimen) => {
    const { closed } = await answerTo(port, specimen)
    return closed ? [] : [specimen.name]
  })
  const names = taken.flat()
  expect(names.filter((name) => !MOSQUITTO_TAKES.some((known) => known.test(name)))).toEqual([])
  for (const known of MOSQUITTO_TAKES) expect(names.filter((name) => known.test(name))).not.toEqual([])
  // A CONNECT of the corpus is nobody's, and refused for that.
  const later = WELL_FORMED.filter(({ isFirst }) => !isFirst)
  const closedOn = await each(later, async (specimen) =>
    (await answerTo(port, specimen)).closed ? [specimen.name] : [],
  )
  expect(closedOn.flat()).toEqual(MOSQUITTO_CLOSES_ON)
})
