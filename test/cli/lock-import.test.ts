import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { SiteDir, untilLockOnline } from '#test/support/site-dir.ts'

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
const pem = () => newKey().export({ type: 'spki', format: 'pem' }).toString()
const base64 = () => newKey().export({ type: 'spki', format: 'der' }).toString('base64')
const listed = z.object({ locks: z.array(z.looseObject({ lockId: z.number(), name: z.string() })) })
const failed = z.object({ error: z.string(), details: z.array(z.object({ field: z.string(), message: z.string() })) })

function fileOf(dir: SiteDir, name: string, content: string | Buffer): string {
  const file = path.join(dir.path, name)
  writeFileSync(file, content)
  return file
}

test('adds all doors of a list, with one sheet each that a real lock comes online with, and nobody else can read', async () => {
  await using dir = await SiteDir.make()
  await dir.addLock(7)
  fileOf(dir, 'back.pem', pem())
  const lines = Array.from({ length: 40 }, (_, at) => `Room ${at + 1},2nd floor,,make`)
  const file = fileOf(dir, 'doors.csv', `\ufeffName,Area,Number,Key\r\n${lines.join('\r\n')}\r\nBack,,99,back.pem\r\n`)
  const out = path.join(dir.path, 'sheets')
  const added = await dir.latchkey('lock', 'import', file, '--out', out)
  expect(added, added.stderr).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^41 doors added, locks 99 to 139\./),
  })
  expect(statSync(out).mode & 0o777).toBe(0o700)
  expect(readdirSync(out)).toHaveLength(41)
  expect(readdirSync(out).every((name) => (statSync(path.join(out, name)).mode & 0o777) === 0o600)).toBe(true)
  expect(JSON.parse(readFileSync(path.join(out, 'lock-99.json'), 'utf8'))).toMatchObject({
    lockId: 99,
    privateKey: null,
  })
  const { locks } = await dir.ask(listed, 'lock', 'list')
  expect(locks).toHaveLength(42)
  expect(locks.find(({ lockId }) => lockId === 100)).toMatchObject({
    name: 'Room 1',
    area: '2nd floor',
    keyMadeBy: 'gateway',
  })
  expect(locks.find(({ lockId }) => lockId === 99)).toMatchObject({ name: 'Back', keyMadeBy: 'lock' })

  const site = await dir.serve()
  await dir.play(readFileSync(path.join(out, 'lock-100.json'), 'utf8'))
  const key = await dir.createKey(100)
  await untilLockOnline(site.publicUrl, key)
  const opened = await fetch(`${site.publicUrl}/temp-keys/${key}/open`, { method: 'POST', redirect: 'manual' })
  expect(opened.status).toBe(303)
}, 180_000)

test('names every wrong cell of every line at once, adds nothing, and leaves no sheet', async () => {
  await using dir = await SiteDir.make()
  await dir.addLock(7)
  const twice = base64()
  const file = fileOf(
    dir,
    'doors.csv',
    [
      'number;name;area;pulse;owner;key',
      '7;Front;;;;make',
      ';;;;;make',
      'x;Cellar;;99;;nonsense',
      `12;"North\nwing; upper";;;;${twice}`,
      `12;Attic;;;;${twice}`,
      ';Garage;;;;nowhere.pem',
      '',
      ';Good;;;;make',
    ].join('\n'),
  )
  const out = path.join(dir.path, 'sheets')
  const { code, stdout, stderr } = await dir.latchkey('lock', 'import', file, '--out', out, '--json')
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  const { error, details } = failed.parse(JSON.parse(stderr))
  expect(error).toMatch(/^6 lines of \S+doors\.csv can’t be taken, and no door was added:$/)
  const told = details.map(({ field, message }) => `${field}: ${message}`)
  for (const wanted of [
    /^line 2, number: there is a lock 7 already/,
    /^line 3, name: /,
    /^line 4, number: "x" is no number of a lock/,
    /^line 4, pulse: must be at most 30 seconds/,
    /^line 4, key: /,
    /^line 5, name: /,
    /^line 7, number: stands twice in this list.* \(as in line 5\)/,
    /^line 8, key: .*nowhere\.pem/,
  ]) {
    expect(told).toContainEqual(expect.stringMatching(wanted))
  }
  expect(existsSync(out)).toBe(false)
  expect((await dir.ask(listed, 'lock', 'list')).locks).toHaveLength(1)
}, 180_000)

test('tells of two lines that can’t be together, and of a sheet that is there already, before anything is stored', async () => {
  await using dir = await SiteDir.make()
  const key = base64()
  const file = fileOf(dir, 'doors.csv', `number\tname\tkey\n3\tOne\t${key}\n3\tTwo\t${key}\n`)
  const refused = await dir.latchkey('lock', 'import', file, '--dry-run')
  expect(refused.stderr).toMatch(/line 3, number: stands twice in this list.* \(as in line 2\)/)
  expect(refused.stderr).toMatch(/line 3, key: stands twice in this list.* \(as in line 2\)/)

  const good = fileOf(dir, 'good.csv', 'number,name,key\n3,One,make\n4,Two,make\n')
  expect(await dir.latchkey('lock', 'import', good, '--dry-run')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^2 doors can be added/),
  })
  const out = path.join(dir.path, 'sheets')
  mkdirSync(out)
  writeFileSync(path.join(out, 'lock-4.json'), 'mine')
  const there = await dir.latchkey('lock', 'import', good, '--out', out)
  expect(there).toMatchObject({ code: 1, stderr: expect.stringMatching(/lock-4\.json is there already/) })
  expect(readdirSync(out)).toEqual(['lock-4.json'])
  expect((await dir.ask(listed, 'lock', 'list')).locks).toEqual([])
}, 180_000)

test.each([
  {
    what: 'UTF-16',
    content: Buffer.from('\ufeffname,key\nDoor,make\n', 'utf16le'),
    says: /is UTF-16: save it as "CSV UTF-8"/,
  },
  { what: 'Latin-1', content: Buffer.from('name,key\nT\xfcr,make\n', 'latin1'), says: /is no UTF-8/ },
  {
    what: 'an unknown column',
    content: 'name,colour,key\nDoor,red,make\n',
    says: /line 1, column 2: "colour" is no column/,
  },
  { what: 'no column of keys', content: 'name\nDoor\n', says: /line 1: there is no column "key"/ },
  { what: 'a cell too many', content: 'name,key\nDoor, the first,make\n', says: /line 2: has 3 cells/ },
  { what: 'an open quote', content: 'name,key\n"Door,make\n', says: /can’t be read: / },
  { what: 'no doors', content: 'name,key\n', says: /has no doors below its first line/ },
])(
  'refuses $what with what to do',
  async ({ content, says }) => {
    await using dir = await SiteDir.make()
    const { code, stderr } = await dir.latchkey('lock', 'import', fileOf(dir, 'doors.csv', content), '--dry-run')
    expect(code).toBe(1)
    expect(stderr).toMatch(says)
    expect(stderr).not.toMatch(/^\s+at /m)
  },
  180_000,
)

test('what export prints import reads again: names, holders and keys are the same at another site', async () => {
  await using one = await SiteDir.make()
  await using two = await SiteDir.make()
  const rows = `number,name,area,pulse,organization,owner,key\n5,"Door ""A"", left",Nord; Süd,9,north,ada,${base64()}\n8,档案室,,3,,,${base64()}\n`
  const sheets = (dir: SiteDir) => path.join(dir.path, 'sheets')
  const imported = await one.latchkey('lock', 'import', fileOf(one, 'doors.csv', rows), '--out', sheets(one))
  expect(imported, imported.stderr).toMatchObject({ code: 0 })
  const exported = await one.latchkey('lock', 'export')
  expect(exported).toMatchObject({ code: 0, stdout: rows })
  const again = await two.latchkey('lock', 'import', fileOf(two, 'again.csv', exported.stdout), '--out', sheets(two))
  expect(again, again.stderr).toMatchObject({ code: 0 })
  expect((await two.latchkey('lock', 'export')).stdout).toBe(rows)
}, 180_000)
