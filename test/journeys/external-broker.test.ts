import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { connectAsync } from 'mqtt'
import { expect, type TestContext, test } from 'vitest'
import { z } from 'zod'
import { readFlashingSheet } from '#firmware-sim/flashing-sheet.ts'
import { installed } from '#test/support/installed.ts'
import { LockLine } from '#test/support/lock-line.ts'
import { startMosquitto } from '#test/support/mosquitto.ts'
import type { Finished, Program } from '#test/support/program.ts'
import { freePort, type ServedSite, SiteDir, untilLockOnline } from '#test/support/site-dir.ts'
import { expectTruth } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

/** A site with a broker that is not its own: a real Mosquitto, once it is started. */
class ExternalSite implements AsyncDisposable {
  readonly dir: SiteDir
  readonly port: number
  readonly #mosquitto: string

  private constructor(dir: SiteDir, port: number, mosquitto: string) {
    this.dir = dir
    this.port = port
    this.#mosquitto = mosquitto
  }

  static async make(context: TestContext): Promise<ExternalSite> {
    const program = installed('mosquitto', context)
    const port = await freePort()
    const url = `mqtt://127.0.0.1:${port}`
    const broker = { mode: 'external', url, userName: 'latchkey', passwordFile: 'broker-password' } as const
    const dir = await SiteDir.make({ broker })
    writeFileSync(path.join(dir.path, 'broker-password'), 'the gateway’s own\n')
    return new ExternalSite(dir, port, program)
  }

  exportRights(): Promise<Finished> {
    return this.dir.latchkey('broker', 'export', '--passwords', this.#passwords, '--acl', this.#acl)
  }

  /** Needs the rights that were exported. */
  startBroker(): Promise<Program> {
    const files = { port: this.port, passwords: this.#passwords, acl: this.#acl }
    return startMosquitto(this.#mosquitto, this.dir.path, files)
  }

  get #passwords(): string {
    return path.join(this.dir.path, 'passwords')
  }
  get #acl(): string {
    return path.join(this.dir.path, 'acl')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dir[Symbol.asyncDispose]()
  }
}

const open = async (site: ServedSite, uuid: string) => {
  const answer = await fetch(`${site.publicUrl}/temp-keys/${uuid}/open`, { method: 'POST', redirect: 'manual' })
  return { ...z.looseObject({ reason: z.string().optional() }).parse(await answer.json()), status: answer.status }
}
const isOnline = async (site: ServedSite, uuid: string): Promise<boolean> => {
  const answer = await fetch(`${site.publicUrl}/temp-keys/${uuid}`)
  return z.looseObject({ lockOnline: z.boolean() }).parse(await answer.json()).lockOnline
}

test('the same site works on a real Mosquitto with the rights that broker export writes, and comes back with it', async (context) => {
  await using external = await ExternalSite.make(context)
  const { dir } = external
  const [sheet1, sheet2] = [await dir.addLock(1), await dir.addLock(2)]
  const uuids = [await dir.createKey(1), await dir.createKey(1), await dir.createKey(1)]
  const [first, second, third] = uuids
  if (first === undefined || second === undefined || third === undefined) throw new Error('three keys')
  const exported = await external.exportRights()
  expect(exported).toMatchObject({ code: 0, stderr: '' })
  expect(exported.stdout).toContain('2 locks and the gateway')

  await using broker = await external.startBroker()
  const site = await dir.serve()
  expect(site.broker).toBeNull()
  const lock = await dir.play(sheet1)
  await untilLockOnline(site.publicUrl, first)
  expect((await open(site, first)).status).toBe(303)
  expect(lock.actuations).toBe(1)

  // Lock 2 listens to another's commands and speaks on another's topics: neither arrives.
  const stranger = await readFlashingSheet(sheet2, 'sheet 2')
  const intruder = await connectAsync(stranger.url, {
    protocolVersion: 4,
    clientId: stranger.clientId,
    username: stranger.userName,
    password: stranger.password,
    reconnectPeriod: 0,
  })
  const overheard: string[] = []
  intruder.on('message', (topic) => overheard.push(topic))
  await intruder.subscribeAsync(['latchkey/v1/test/1/command', '#'], { qos: 1 })
  await intruder.publishAsync('latchkey/v1/test/1/presence', 'offline', { qos: 1 })
  await intruder.publishAsync('latchkey/v1/test/1/ack', 'forged', { qos: 1 })
  expect((await open(site, second)).status).toBe(303)
  expect(lock.actuations).toBe(2)
  expect(overheard).toEqual([])
  await intruder.endAsync(true)

  // Nobody says goodbye for a lock whose cable is cut but its will.
  lock.cutCable()
  await until('the lock is offline by its will', async () => !(await isOnline(site, first)))
  expect(await open(site, third)).toMatchObject({ status: 503, reason: 'lock-offline' })
  await lock.reconnect()
  await untilLockOnline(site.publicUrl, first)
  expect(lock.actuations).toBe(2)

  broker.kill('SIGTERM')
  await broker.ended
  await until('without its broker no lock is online', async () => !(await isOnline(site, first)))
  expect(await open(site, third)).toMatchObject({ status: 503, reason: 'lock-offline' })
  await using again = await external.startBroker()
  await untilLockOnline(site.publicUrl, first)
  expect((await open(site, third)).status).toBe(303)
  expect(lock.actuations).toBe(3)
  expect(again.running).toBe(true)
  await expectTruth(dir)
})

test('a gateway starts before its external broker does, and says on standard error what it waits for', async (context) => {
  await using external = await ExternalSite.make(context)
  const { dir } = external
  const [sheet, uuid] = [await dir.addLock(1), await dir.createKey(1)]
  const site = await dir.serve()
  expect(await open(site, uuid)).toMatchObject({ status: 503, reason: 'lock-offline' })
  await until('it is said', () => site.program.stderr.includes('broker connection failed'))

  await external.exportRights()
  await using broker = await external.startBroker()
  await dir.play(sheet)
  await untilLockOnline(site.publicUrl, uuid)
  expect((await open(site, uuid)).status).toBe(303)
  site.program.kill('SIGTERM')
  expect(await site.program.ended).toMatchObject({ code: 0 })
  expect(broker.running).toBe(true)
})

test('no broker keeps an open for a lock that is away but has a session: when it comes back its door stays shut', async (context) => {
  await using external = await ExternalSite.make(context)
  const { dir, port } = external
  const [sheet, uuid] = [await dir.addLock(1), await dir.createKey(1, { maxUses: 1 })]
  await external.exportRights()
  await using _broker = await external.startBroker()
  const site = await dir.serve()
  await using line = await LockLine.toPort(port)
  // Against PROTOCOL.md: the broker then remembers it, and whatever of QoS 1 it has not acknowledged.
  const lock = await dir.play(sheet, { url: line.url, cleanSession: false })
  await untilLockOnline(site.publicUrl, uuid)

  line.holdDown()
  const tapped = open(site, uuid)
  await until('the open is on its way', () => line.heldDownOps.includes('open'))
  line.breakDown()
  await untilLockOnline(site.publicUrl, uuid)
  const answer = await tapped
  expect(answer).toMatchObject({ status: 502, reason: 'lock-refused' })
  expect(lock.receivedCommands.map(({ op }) => op)).not.toContain('open')
  expect(lock.actuations).toBe(0)
  // The lock signed that it never saw it: the use is free again.
  expect((await open(site, uuid)).status).toBe(303)
  await expectTruth(dir)
})

test('a lock that acks without end at an external broker is left unheard for a while, and other doors open', async (context) => {
  await using external = await ExternalSite.make(context)
  const { dir } = external
  const [noisySheet, sheet] = [await dir.addLock(1), await dir.addLock(2)]
  const uuids = await dir.createKeys(2, 6)
  await external.exportRights()
  await using _broker = await external.startBroker()
  const site = await dir.serve()
  await dir.play(sheet)
  await untilLockOnline(site.publicUrl, uuids[0] ?? '')

  const { url, clientId, userName, password } = await readFlashingSheet(noisySheet, 'sheet')
  const noisy = await connectAsync(url, {
    clientId,
    username: userName,
    password,
    protocolVersion: 4,
    reconnectPeriod: 0,
  })
  // Nothing of it verifies: it must be bounded before anybody looks at a signature.
  const noise = `${'A'.repeat(40)}.${'A'.repeat(400)}.${'A'.repeat(86)}`
  const flood = Array.from({ length: 5_000 }, () =>
    noisy.publishAsync('latchkey/v1/test/1/ack', noise, { qos: 1 }).catch(() => undefined),
  )
  for (const uuid of uuids) expect((await open(site, uuid)).status).toBe(303)
  await Promise.all(flood)
  await noisy.endAsync(true)
  await until('it is told', () => site.program.stderr.includes('lock cut off'))
  await expectTruth(dir)
})
