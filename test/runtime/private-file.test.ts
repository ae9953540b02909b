import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createPrivateFile } from '#runtime/private-file.ts'

const temporary = realpathSync(mkdtempSync(path.join(tmpdir(), 'latchkey-private-')))
afterAll(() => rmSync(temporary, { recursive: true }))
const at = (name: string) => path.join(temporary, name)

test.each([
  ['open', 0],
  ['all-taking', 0o777],
])('a file of secrets is its owner’s alone from its first moment, and his to read, with an %s umask', (name, umask) => {
  const before = process.umask(umask)
  try {
    const file = createPrivateFile(at(name))
    expect(statSync(file.path).mode & 0o777).toBe(0o600)
    file.write('secret')
    expect([readFileSync(at(name), 'utf8'), statSync(at(name)).mode & 0o777]).toEqual(['secret', 0o600])
  } finally {
    process.umask(before)
  }
})

test('a file that is there is left as it is, and so is what a link points at', () => {
  writeFileSync(at('there'), 'mine')
  symlinkSync(at('elsewhere'), at('dangling'))
  symlinkSync(at('there'), at('link'))
  for (const name of ['there', 'dangling', 'link']) {
    expect(() => createPrivateFile(at(name))).toThrow(/is there already, and is left as it is: name a new file/)
  }
  expect(readFileSync(at('there'), 'utf8')).toBe('mine')
  expect(existsSync(at('elsewhere'))).toBe(false)
})

test('the place that is told is where the file really lies, when a directory is a link', () => {
  mkdirSync(at('real'))
  symlinkSync(at('real'), at('alias'))
  expect(createPrivateFile(path.join(at('alias'), 'sheet.json')).path).toBe(path.join(at('real'), 'sheet.json'))
})

test('a place that can’t be is told before anything is changed, and what is not needed is taken away', () => {
  expect(() => createPrivateFile(path.join(at('nowhere'), 'x'))).toThrow(/ENOENT\): there is no directory/)
  expect(() => createPrivateFile('/proc/sheet.json')).toThrow(
    /^cannot make \/proc\/sheet\.json \(\w+\): choose another/,
  )
  const file = createPrivateFile(at('empty'))
  file.remove()
  expect(existsSync(at('empty'))).toBe(false)
})

test('what could not be written whole is told with its place, and no half of it stays', () => {
  const script = `const { createPrivateFile } = await import('#runtime/private-file.ts')
    const file = createPrivateFile(process.env.PLACE)
    try { file.write('x'.repeat(5000)) } catch ({ message }) { console.log(message) }`
  const node = `ulimit -f 1; exec "$NODE" --import ./gateway/runtime/typescript.mjs --input-type=module -e "$SCRIPT"`
  // A disk that fills up in the middle of a write, as far as this process can tell.
  const env = { NODE: process.execPath, SCRIPT: script, PLACE: at('half') }
  const said = execFileSync('/bin/sh', ['-c', node], { env, encoding: 'utf8' })
  expect(said).toBe(`${at('half')} could not be written (EFBIG)\n`)
  expect(existsSync(at('half'))).toBe(false)
})
