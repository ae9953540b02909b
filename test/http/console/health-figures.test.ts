import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { StoreFault } from '#domain/store-fault.ts'
import { storeBytes } from '#store/file/store-bytes.ts'
import { doorId } from '#test/http/support/console-doors.ts'
import { startConsoleHouse } from '#test/http/support/console-house.ts'

const look = async (deps: NonNullable<Parameters<typeof startConsoleHouse>[0]>['deps'], language = 'en') => {
  await using house = await startConsoleHouse({ ...(deps && { deps }) })
  return await house.app.inject({ url: `/console/health?lang=${language}`, headers: { accept: 'text/html' } })
}

const FIGURES = {
  messages: [
    { date: '2026-11-26', count: 3 },
    { date: '2026-11-27', count: 0 },
    { date: '2026-11-28', count: 4 },
  ],
  noisiest: [
    { lockId: doorId(7), name: 'Back <door>', area: 'Cellar', alarms: 12 },
    { lockId: doorId(8), name: null, area: null, alarms: 2 },
  ],
  isAll: true,
}

test('health shows messages a day, the noisiest doors first, and how large the store is', async () => {
  const { body } = await look({ alarmFigures: async () => FIGURES, storeBytes: async () => 52_400_000 })
  expect(body).toContain('7 messages in 30 days')
  expect(body).toContain('<title>26 Nov: 3</title>')
  expect(body).toContain('<a href="/console/doors/7">Back &#60;door&#62;</a>')
  expect(body.indexOf('Back &#60;door')).toBeLessThan(body.lastIndexOf('unknown'))
  expect(body).toContain('52 MB')
})

test('health says so when the store gives no figures, and shows all else', async () => {
  const { statusCode, body } = await look({
    alarmFigures: () => Promise.reject(new StoreFault('disk I/O error')),
    storeBytes: async () => null,
  })
  expect(statusCode).toBe(200)
  expect(body.match(/The store can’t be read now\./g)).toHaveLength(2)
  expect(body).toMatch(/<dt>Store<\/dt><dd>unknown/i)
})

test.each([
  ['en', 'it crashed or was killed. Last known to run <time', '· Version 0.0.9'],
  ['de', 'abgestürzt oder abgebrochen. Er lief nachweislich noch <time', '· Version 0.0.9'],
])('health tells how the run before ended, when, and of which version it was: %s', async (language, how, version) => {
  const atMs = Date.parse('2026-11-20T12:00:00Z')
  const { body } = await look({ runBefore: { kind: 'stopped', version: '0.0.9', atMs } }, language)
  expect(body).toContain(how)
  expect(body).toContain(version)
  expect((await look({ runBefore: { kind: 'ended', version: '0.1.0', atMs } }, language)).body).not.toContain(
    '· Version',
  )
})

test('figures are counted once for all who look within a minute', async () => {
  let asked = 0
  const alarmFigures = async () => {
    asked += 1
    return FIGURES
  }
  await using house = await startConsoleHouse({ deps: { alarmFigures } })
  await Promise.all([1, 2, 3].map(() => house.app.inject('/console/health')))
  expect(asked).toBe(1)
})

test('the store is as large as its file and what is not yet folded into it', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-size-'))
  try {
    expect(await storeBytes(dataDir)).toBeNull()
    writeFileSync(join(dataDir, 'latchkey.db'), Buffer.alloc(4_096))
    expect(await storeBytes(dataDir)).toBe(4_096)
    writeFileSync(join(dataDir, 'latchkey.db-wal'), Buffer.alloc(1_000))
    expect(await storeBytes(dataDir)).toBe(5_096)
  } finally {
    rmSync(dataDir, { recursive: true })
  }
})
