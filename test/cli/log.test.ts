import { spawnSync } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openLog } from '#gateway/log.ts'

const dir = mkdtempSync(path.join(tmpdir(), 'latchkey-log-'))
afterAll(() => rmSync(dir, { recursive: true }))

test('the lines of one turn are in the file by the next, in their order', async () => {
  const file = path.join(dir, 'log')
  const log = openLog('info', openSync(file, 'w'))
  for (const n of [1, 2, 3]) log.info({ n }, 'line')
  await new Promise((resolve) => setImmediate(resolve))
  expect(readFileSync(file, 'utf8').match(/"n":\d/g)).toEqual(['"n":1', '"n":2', '"n":3'])
})

test('a process that ends, or breaks, in the turn of its last words has written them', () => {
  const module = JSON.stringify(import.meta.resolve('#gateway/log.ts'))
  for (const end of ['process.exit(3)', 'throw new Error("broken")']) {
    const script = `import { openLog } from ${module}; openLog('info', 2).error({}, 'last words'); ${end}`
    const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script])
    expect(status).not.toBe(0)
    expect(stderr.toString()).toContain('"msg":"last words"')
  }
})
