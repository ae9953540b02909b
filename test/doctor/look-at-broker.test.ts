import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parseConfig } from '#config/config.ts'
import { lookAtBroker } from '#doctor/look-at-broker.ts'
import { SayingServer } from '#test/notify/support/saying-server.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-broker-'))
afterAll(() => rmSync(folder, { recursive: true }))
writeFileSync(path.join(folder, 'password'), 'the-password\n')
writeFileSync(path.join(folder, 'empty'), '\n')

const configAt = (port: number, passwordFile: string) =>
  parseConfig(
    {
      site: { id: 'north', name: 'North', timeZone: 'Europe/Berlin' },
      broker: { mode: 'external', url: `mqtt://127.0.0.1:${port}`, userName: 'gateway', passwordFile },
    },
    folder,
  )
/** A broker that says this to whoever introduces himself; the first bytes are kept. */
async function brokerThat(answers: (socket: Socket) => void) {
  const heard: string[] = []
  const server = await SayingServer.start((socket) =>
    socket.once('data', (bytes: Buffer) => {
      heard.push(bytes.toString('latin1'))
      answers(socket)
    }),
  )
  return { server, heard }
}
const connack = (code: number) => (socket: Socket) => void socket.write(Buffer.from([0x20, 2, 0, code]))

test.each([
  { what: 'lets it in', answers: connack(0), says: null },
  { what: 'knows no such password', answers: connack(4), says: /as gateway: user or password are wrong[.]$/ },
  {
    what: 'gives it no right to',
    answers: connack(5),
    says: /as gateway: user or password are wrong, or have no right/,
  },
  { what: 'is busy', answers: connack(3), says: /it refused the connection [(]3[)]/ },
  { what: 'hangs up', answers: (socket: Socket) => void socket.end(), says: /it ended the connection/ },
  { what: 'says nothing', answers: () => {}, says: /it gave no answer in time/ },
])('a broker that $what is told as such, and never with the password', async ({ answers, says }) => {
  const { server, heard } = await brokerThat(answers)
  await using _ = server
  const found = await lookAtBroker(configAt(server.port, 'password'), false)
  expect(found.map(({ id, what }) => [id, what])).toEqual(
    says === null ? [] : [['broker-refuses', expect.stringMatching(says)]],
  )
  expect(heard[0]).toContain('the-password')
  expect(JSON.stringify(found)).not.toContain('the-password')
})

test.each([
  { when: 'a gateway runs, whose place it could take', isRunning: true, file: 'password' },
  { when: 'there is no password to try', isRunning: false, file: 'empty' },
])('nobody introduces himself to the broker while $when', async ({ isRunning, file }) => {
  const { server, heard } = await brokerThat(connack(5))
  await using _ = server
  expect(await lookAtBroker(configAt(server.port, file), isRunning)).toEqual([])
  expect(heard).toEqual([])
})

test('a broker that is not there is told as such', async () => {
  const { server } = await brokerThat(connack(0))
  const { port } = server
  await server[Symbol.asyncDispose]()
  expect((await lookAtBroker(configAt(port, 'password'), false)).map(({ id }) => id)).toEqual(['broker-away'])
})
