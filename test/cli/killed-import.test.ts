import { readdirSync, watch, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { listLocks } from '#cli/list-locks.ts'
import { Program } from '#test/support/program.ts'
import { SiteDir } from '#test/support/site-dir.ts'
import { until } from '#test/support/until.ts'

// Two commands in processes of their own.
vi.setConfig({ testTimeout: 180_000 })

const DOORS = 60

/** Resolves when the store's log was written for the first time since. */
const written = (dir: SiteDir): Promise<void> =>
  new Promise((resolve) => {
    const watcher = watch(dir.path, { recursive: true }, (_, name) => {
      if (!String(name).endsWith('latchkey.db-wal')) return
      watcher.close()
      resolve()
    })
  })

test.each(['the last sheet', 'the first write of the store'])(
  'kill -9 of an import at %s leaves all doors of the list, each with its sheet, or none',
  async (moment) => {
    await using dir = await SiteDir.make()
    const file = path.join(dir.path, 'doors.csv')
    writeFileSync(file, `name,key\n${Array.from({ length: DOORS }, (_, n) => `Door ${n},make`).join('\n')}\n`)
    const out = path.join(dir.path, 'sheets')
    const sheets = () => (readdirSync(dir.path).includes('sheets') ? readdirSync(out) : [])
    await dir.owner((api) => api('GET', '/locks'))
    const firstWrite = written(dir)
    const words = ['lock', 'import', file, '--out', out, '--config', dir.configFile]
    const program = Program.start(process.execPath, ['gateway/latchkey.mjs', ...words])
    if (moment === 'the last sheet') await until('every sheet', () => sheets().length === DOORS, 60_000)
    else await firstWrite
    program.kill('SIGKILL')
    await program.ended
    const locks = await dir.owner((api) => listLocks(api))
    expect([0, DOORS]).toContain(locks.length)
    for (const { lockId } of locks) expect(sheets()).toContain(`lock-${lockId}.json`)
  },
)
