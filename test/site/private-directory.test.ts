import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, renameSync, statSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { installed } from '#test/support/installed.ts'
import { type Finished, Program } from '#test/support/program.ts'
import { SiteDir } from '#test/support/site-dir.ts'

const isRoot = process.getuid?.() === 0
/** Some user that is neither root nor us. */
const NOBODY = 65_534

const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8).padStart(3, '0')
const modesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, modeOf(path.join(folder, name))]))

function expectRefusal({ code, stdout, stderr }: Finished, says: RegExp): void {
  expect(stderr).toMatch(says)
  expect(stderr).toMatch(/^latchkey: [^\n]+\n$/)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
}

/** A gateway that was told by its shell to let everybody open what it makes. */
const serveCarelessly = (dir: SiteDir): Program =>
  Program.start('/bin/sh', [
    ...['-c', 'umask 0; exec "$@"', 'sh', process.execPath],
    ...['gateway/latchkey.mjs', 'serve', '--json', '--config', dir.configFile],
  ])

describe('a data directory', () => {
  test.each(['777', '750', '701'])(
    'of mode %s is refused in words, by the gateway and by the command line, and nothing is made in it',
    async (mode) => {
      await using dir = await SiteDir.make()
      mkdirSync(dir.dataDir)
      chmodSync(dir.dataDir, mode)
      const says = new RegExp(`other users may enter the data directory .*\\(mode ${mode}\\).*: chmod 700 /`)
      expectRefusal(await dir.latchkey('serve'), says)
      expectRefusal(await dir.latchkey('lock', 'list'), says)
      expect(readdirSync(dir.dataDir)).toEqual([])
    },
  )

  test('and everything in it are their owner’s alone, whatever the umask', async () => {
    await using dir = await SiteDir.make()
    await using gateway = serveCarelessly(dir)
    await gateway.line()
    expect(modeOf(dir.dataDir)).toBe('700')
    const modes = modesIn(dir.dataDir)
    expect(Object.keys(modes)).toEqual(
      expect.arrayContaining(['owner.sock', 'owner.lock', 'ownership.lock', 'latchkey.db-wal', 'gateway-key.pem']),
    )
    expect(new Set(Object.values(modes))).toEqual(new Set(['600']))
    expect(await dir.latchkey('lock', 'list')).toMatchObject({ code: 0 })
  })

  test('whose files others could open has them closed at the next start, and the log says which', async () => {
    await using dir = await SiteDir.make()
    await dir.addLock(1)
    for (const name of readdirSync(dir.dataDir)) chmodSync(path.join(dir.dataDir, name), 0o664)
    const { program } = await dir.serve()
    expect(new Set(Object.values(modesIn(dir.dataDir)))).toEqual(new Set(['600']))
    for (const name of ['latchkey.db', 'gateway-key.pem', 'owner.lock']) {
      expect(program.stderr).toMatch(new RegExp(`"file":"[^"]*/${name}".*this file had a mode for other users too`))
    }
  })

  test.each(['latchkey.db', 'gateway-key.pem', 'owner.lock'])(
    'in which %s leads elsewhere is refused',
    async (name) => {
      await using dir = await SiteDir.make()
      await dir.addLock(1)
      const [file, elsewhere] = [path.join(dir.dataDir, name), path.join(dir.path, name)]
      renameSync(file, elsewhere)
      symlinkSync(elsewhere, file)
      expectRefusal(await dir.latchkey('serve'), new RegExp(`${name} is a symbolic link: put the file itself there`))
    },
  )

  test('may itself be a link to one that is private', async () => {
    await using dir = await SiteDir.make()
    const elsewhere = path.join(dir.path, 'disk')
    mkdirSync(elsewhere, { mode: 0o700 })
    symlinkSync(elsewhere, dir.dataDir)
    await dir.addLock(1)
    chmodSync(elsewhere, 0o755)
    await expect(dir.addLock(2)).rejects.toThrow(/other users may enter/)
  })

  test.skipIf(!isRoot)('in which a file belongs to somebody else is refused: he may have put it there', async () => {
    await using dir = await SiteDir.make()
    await dir.addLock(1)
    const file = path.join(dir.dataDir, 'gateway-key.pem')
    chownSync(file, NOBODY, NOBODY)
    expectRefusal(await dir.latchkey('serve'), /gateway-key\.pem belongs to user 65534, and this runs as user 0: if /)
  })

  test.skipIf(!isRoot)('of somebody else is refused to whoever is not root, even where he could write', async () => {
    await using dir = await SiteDir.make()
    chmodSync(dir.path, 0o755)
    chmodSync(dir.configFile, 0o644)
    mkdirSync(dir.dataDir)
    chmodSync(dir.dataDir, 0o777)
    const args = ['gateway/latchkey.mjs', 'serve', '--config', dir.configFile]
    const finished = await Program.run(process.execPath, args, { uid: NOBODY, gid: NOBODY })
    expectRefusal(finished, /the data directory .* belongs to user 0, and this runs as user 65534: run it as its owner/)
  })

  test.skipIf(!isRoot)('keeps another user from the owner’s socket', async () => {
    await using dir = await SiteDir.make()
    chmodSync(dir.path, 0o755)
    await using gateway = serveCarelessly(dir)
    await gateway.line()
    // The mode of the socket alone has to do, should somebody open the directory later.
    chmodSync(dir.dataDir, 0o777)
    const socket = JSON.stringify(path.join(dir.dataDir, 'owner.sock'))
    const code = `require('node:net').connect(${socket}).on('connect', () => console.log('in')).on('error', (e) => console.log(e.code))`
    const stranger = await Program.run(process.execPath, ['-e', code], { uid: NOBODY, gid: NOBODY, cwd: '/' })
    expect(stranger.stdout).toBe('EACCES\n')
  })
})

test('the command line asks no socket in a directory of everybody’s: it could be anybody’s', async () => {
  await using dir = await SiteDir.make()
  mkdirSync(dir.dataDir)
  let asked = 0
  const impostor = createServer(() => {
    asked += 1
  })
  await new Promise<void>((resolve) => impostor.listen(path.join(dir.dataDir, 'owner.sock'), resolve))
  try {
    chmodSync(dir.dataDir, 0o777)
    expectRefusal(await dir.latchkey('lock', 'list'), /other users may enter/)
    expect(asked).toBe(0)
  } finally {
    impostor.close()
  }
})

/** Holds a lock on a file until it is disposed of. */
async function holding(holder: Program): Promise<Program> {
  await holder.line((line) => line === 'held')
  return holder
}
const withSqlite = (file: string, options: object, sql: string): Program =>
  Program.start(process.execPath, [
    '--input-type=module',
    '-e',
    `import Database from 'better-sqlite3'
     const database = new Database(${JSON.stringify(file)}, ${JSON.stringify(options)})
     database.exec(${JSON.stringify(sql)})
     console.log('held')
     setInterval(() => database.open, 1_000)`,
  ])
const withPython = (python: string, file: string): Program =>
  Program.start(python, [
    '-c',
    `import fcntl, time
f = open(${JSON.stringify(file)})
fcntl.lockf(f, fcntl.LOCK_SH)
print('held', flush=True)
time.sleep(600)`,
  ])

describe('whoever opened the lock file while everybody could read it', () => {
  const asDatabase = (file: string) => withSqlite(file, { readonly: true }, 'BEGIN; SELECT * FROM sqlite_schema')

  test('and holds a shared lock on it keeps no gateway from starting, nor a command', () => startsBeside(asDatabase))

  test('and holds one on every byte of it does neither', (context) => {
    const python = installed('python3', context)
    return startsBeside((file) => withPython(python, file))
  })

  async function startsBeside(hold: (file: string) => Program): Promise<void> {
    await using dir = await SiteDir.make()
    await dir.addLock(1)
    const file = path.join(dir.dataDir, 'owner.lock')
    chmodSync(file, 0o644)
    await using _ = await holding(hold(file))
    expect((await dir.latchkey('lock', 'list')).code).toBe(0)
    await dir.serve()
    expect(modeOf(file)).toBe('600')
    // And one gateway it stays.
    expectRefusal(await dir.latchkey('serve'), /another process runs on the data directory/)
  }
})

test('a gateway of an earlier version, which holds owner.lock alone, is not run beside', async () => {
  await using dir = await SiteDir.make()
  mkdirSync(dir.dataDir, { mode: 0o700 })
  const file = path.join(dir.dataDir, 'owner.lock')
  await using _ = await holding(withSqlite(file, {}, 'BEGIN EXCLUSIVE'))
  chmodSync(file, 0o600)
  expectRefusal(await dir.latchkey('serve'), /another process runs on the data directory/)
  expect(existsSync(path.join(dir.dataDir, 'latchkey.db'))).toBe(false)
})
