import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { RunRecord } from '#site/run-record.ts'

const MINUTE_MS = 60_000
const NOW_MS = Date.parse('2026-11-28T12:00:00Z')
const warned: object[] = []
const log = { warn: (fields: object) => void warned.push(fields) }

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'latchkey-run-'))
  warned.length = 0
  return () => rmSync(dataDir, { recursive: true, force: true })
})
const run = (machineStart: string | null = 'first') => new RunRecord(dataDir, machineStart, log)

test('a first run knows of none before it, and a damaged record tells nothing', () => {
  expect(run().before).toEqual({ kind: 'unknown' })
  writeFileSync(path.join(dataDir, 'run.json'), '{"version":')
  expect(run().before).toEqual({ kind: 'unknown' })
})

test('one that was ended in good order is told with its time and version, whatever became of the machine since', () => {
  const first = run()
  first.begin('1.0.0')
  first.end(NOW_MS)
  expect(run('second').before).toEqual({ kind: 'ended', version: '1.0.0', atMs: NOW_MS })
  expect(statSync(path.join(dataDir, 'run.json')).mode & 0o777).toBe(0o600)
})

test.each([
  ['first', 'first', 'stopped'],
  ['first', 'second', 'machine-stopped'],
  [null, 'second', 'silent'],
  ['first', null, 'silent'],
])(
  'one that ended without a word on %s, asked on %s: %s, last known to run a minute ago',
  async (began, asked, kind) => {
    const killed = run(began)
    killed.begin('1.0.0')
    await killed.alive(NOW_MS - MINUTE_MS)
    expect(run(asked).before).toEqual({ kind, version: '1.0.0', atMs: NOW_MS - MINUTE_MS })
  },
)

test('a start that failed leaves what is known of the run before', () => {
  const first = run()
  first.begin('1.0.0')
  first.end(NOW_MS)
  run().end(NOW_MS + MINUTE_MS)
  expect(run().before).toMatchObject({ atMs: NOW_MS })
})

test('a disk that takes nothing keeps no gateway from starting and ending', async () => {
  const stuck = new RunRecord(path.join(dataDir, 'gone'), 'first', log)
  stuck.begin('1.0.0')
  await stuck.alive(NOW_MS)
  stuck.end(NOW_MS)
  expect(warned).toHaveLength(3)
})
