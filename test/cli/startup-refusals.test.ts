import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { ConfigInput } from '#config/config.ts'
import { runCommand } from '#test/support/command.ts'
import { type Finished, Program } from '#test/support/program.ts'
import { freePort, SiteDir } from '#test/support/site-dir.ts'

/** One line that begins with the program's name, says what to do, and shows no stack. */
function expectOneLine({ code, stdout, stderr }: Finished, says: RegExp, exitCode = 1): void {
  expect(stderr).toMatch(says)
  expect(stderr).toMatch(/^latchkey: [^\n]+\n$/)
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' })
}

const isRoot = process.getuid?.() === 0
/** Some user that is neither root nor us. */
const NOBODY = 65_534

/** Inside this process: what is refused has started nothing. */
const serve = (dir: SiteDir): Promise<Finished> => runCommand(['serve', '--config', dir.configFile])

async function occupied(): Promise<AsyncDisposable & { port: number }> {
  const server = createServer()
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return { port, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) }
}

test('what is asked with --json is refused as JSON, in one line', async () => {
  await using other = await occupied()
  await using dir = await SiteDir.make({ http: { listeners: [{ host: '127.0.0.1', port: other.port }] } })
  const { code, stdout, stderr } = await dir.startServe().ended
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^[^\n]+\n$/)
  expect(JSON.parse(stderr)).toMatchObject({
    error: expect.stringContaining(`port ${other.port} on 127.0.0.1 is in use`),
  })
})

describe('the gateway does not start, and says in one line what to do,', () => {
  test('when the http port is in use', async () => {
    await using other = await occupied()
    await using dir = await SiteDir.make({ http: { listeners: [{ host: '127.0.0.1', port: other.port }] } })
    expectOneLine(await serve(dir), new RegExp(`port ${other.port} on 127.0.0.1 is in use: .*http.listeners`))
  })

  test('when the broker’s port is in use', async () => {
    await using other = await occupied()
    await using dir = await SiteDir.make({ broker: { mode: 'embedded', host: '127.0.0.1', port: other.port } })
    expectOneLine(await serve(dir), new RegExp(`port ${other.port} on 127.0.0.1 is in use: .*broker.port`))
  })

  test('when the address is none of this machine’s', async () => {
    await using dir = await SiteDir.make({ http: { listeners: [{ host: '192.0.2.1', port: 0 }] } })
    expectOneLine(await serve(dir), /192\.0\.2\.1 is no address of this machine: .*http\.listeners/)
  })

  test('when the data directory cannot be written', async () => {
    await using dir = await SiteDir.make({ dataDir: 'config.json/data' })
    const says = /cannot write in the data directory .*config\.json\/data \(ENOTDIR\): a part of its path is a file/
    expectOneLine(await serve(dir), says)
    expectOneLine(await dir.latchkey('lock', 'list'), says)
  })

  test.skipIf(!existsSync('/proc/self'))('when no directory can be made there, as under /proc', async () => {
    await using dir = await SiteDir.make({ dataDir: '/proc/latchkey/data' })
    const says = /cannot write in the data directory \/proc\/latchkey\/data \(ENOENT\): no directory can be made there/
    expectOneLine(await serve(dir), says)
    expectOneLine(await dir.latchkey('lock', 'list'), says)
  })

  test('when a file stands where the data directory is named, and leaves it as it is', async () => {
    await using dir = await SiteDir.make({ dataDir: 'site.db' })
    const file = path.join(dir.path, 'site.db')
    writeFileSync(file, 'mine')
    const says = /dataDir .*site\.db is a file, not a directory: name a directory, which is made if it is missing/
    expectOneLine(await serve(dir), says)
    expectOneLine(await dir.latchkey('lock', 'list'), says)
    expect(readFileSync(file, 'utf8')).toBe('mine')
  })

  test.skipIf(!isRoot)('when the data directory is one that its user may only read', async () => {
    await using dir = await SiteDir.make()
    chmodSync(dir.path, 0o755)
    chmodSync(dir.configFile, 0o644)
    mkdirSync(dir.dataDir)
    chownSync(dir.dataDir, NOBODY, NOBODY)
    chmodSync(dir.dataDir, 0o500)
    await expectNoAccess(
      dir,
      /cannot write in the data directory .*data \(EACCES\): make it, or give it to the user .* chmod 700/,
    )
  })

  test.skipIf(!isRoot)('when it would have to be made where its user may not', async () => {
    await using dir = await SiteDir.make({ dataDir: 'not/there/yet' })
    chmodSync(dir.path, 0o755)
    chmodSync(dir.configFile, 0o644)
    await expectNoAccess(dir, /cannot write in the data directory .*not\/there\/yet \(EACCES\): make it, or give it to/)
    expect(existsSync(path.join(dir.path, 'not'))).toBe(false)
  })

  async function expectNoAccess(dir: SiteDir, says: RegExp): Promise<void> {
    for (const command of [['serve'], ['lock', 'list']]) {
      const args = ['gateway/latchkey.mjs', ...command, '--config', dir.configFile]
      expectOneLine(await Program.run(process.execPath, args, { uid: NOBODY, gid: NOBODY }), says)
    }
  }

  test('when the data directory’s path is too long for the socket in it', async () => {
    await using dir = await SiteDir.make({ dataDir: 'x'.repeat(120) })
    expectOneLine(await serve(dir), /too long for a Unix socket in it: choose a shorter one/)
  })

  test.each([
    { what: 'is missing', damage: (file: string) => rmSync(file), says: /gateway-key\.pem is missing, .* restore it/ },
    {
      what: 'is garbage',
      damage: (file: string) => writeFileSync(file, 'garbage'),
      says: /gateway-key\.pem is not a readable ES256 .* restore it/,
    },
    {
      what: 'is half a key',
      damage: (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 90)),
      says: /gateway-key\.pem is not a readable ES256 .* restore it/,
    },
  ])('when the key that its locks obey $what: a new one would lock every door', async ({ damage, says }) => {
    await using dir = await SiteDir.make()
    await dir.addLock(1)
    const file = path.join(dir.dataDir, 'gateway-key.pem')
    damage(file)
    const damaged = existsSync(file) ? readFileSync(file, 'utf8') : null
    expectOneLine(await serve(dir), says)
    expectOneLine(await dir.latchkey('lock', 'list'), says)
    expect(existsSync(file) ? readFileSync(file, 'utf8') : null).toBe(damaged)
  })

  test('when site.id is not the one that its locks were flashed for: they would refuse every command', async () => {
    await using dir = await SiteDir.make()
    // Nothing is flashed yet: whoever mistyped the name may still change it.
    await dir.owner((api) => api('GET', '/locks'))
    const called = (id: string) => dir.reconfigure({ site: { id, name: 'Test House', timeZone: 'Europe/Berlin' } })
    called('other')
    await dir.addLock(1)
    called('third')
    const says = /site\.id is "third", and the locks of this store were flashed for "other": .* Put "other" back/
    expectOneLine(await serve(dir), says)
    expectOneLine(await dir.latchkey('lock', 'list'), says)
    called('other')
    await dir.addLock(2)
  })

  test('when a store of an earlier version knows no name yet, it keeps the one that it is opened with', async () => {
    await using dir = await SiteDir.make()
    await dir.addLock(1)
    const store = new Database(path.join(dir.dataDir, 'latchkey.db'))
    store.exec('UPDATE meta SET site_id = NULL')
    store.close()
    await dir.addLock(2)
    dir.reconfigure({ site: { id: 'third', name: 'Test House', timeZone: 'Europe/Berlin' } })
    await expect(dir.addLock(3)).rejects.toThrow(/flashed for "test"/)
  })

  test('when the store is damaged', async () => {
    await using dir = await SiteDir.make()
    await dir.addLock(1)
    for (const end of ['-wal', '-shm']) rmSync(path.join(dir.dataDir, `latchkey.db${end}`), { force: true })
    writeFileSync(path.join(dir.dataDir, 'latchkey.db'), 'no database at all, '.repeat(1_000))
    expectOneLine(await serve(dir), /latchkey\.db is damaged or not a database .* restore the newest backup/)
  })

  test.each<{ what: string; difference: Partial<ConfigInput>; says: RegExp }>([
    {
      what: 'the external broker’s password file is missing',
      difference: {
        broker: { mode: 'external', url: 'mqtt://127.0.0.1:1', userName: 'latchkey', passwordFile: 'none' },
      },
      says: /cannot read broker\.passwordFile .*none: write the gateway's MQTT password there/,
    },
    {
      what: 'the external broker’s password file is empty',
      difference: {
        broker: { mode: 'external', url: 'mqtt://127.0.0.1:1', userName: 'latchkey', passwordFile: '/dev/null' },
      },
      says: /broker\.passwordFile \/dev\/null is empty: write/,
    },
    {
      what: 'the token keys are missing',
      difference: { jwt: { jwksFile: 'none.json', issuer: 'i', audience: 'a' } },
      says: /jwt\.jwksFile .*none\.json": there is no such file: put the issuer's keys there/,
    },
    {
      what: 'the token keys are no key set',
      difference: { jwt: { jwksFile: 'config.json', issuer: 'i', audience: 'a' } },
      says: /jwt\.jwksFile .*config\.json": is not a JSON Web Key Set/,
    },
  ])('when $what', async ({ difference, says }) => {
    await using dir = await SiteDir.make(difference)
    expectOneLine(await serve(dir), says)
  })

  test('when there is no config file, with 78', async () => {
    await using dir = await SiteDir.make()
    rmSync(dir.configFile)
    expectOneLine(await serve(dir), /cannot read the config file .*: copy config\.example\.json there/, 78)
  })

  test('when the config file is not JSON, with 78', async () => {
    await using dir = await SiteDir.make()
    writeFileSync(dir.configFile, '{"site": ')
    expectOneLine(await serve(dir), /the config file .* is not JSON: /, 78)
  })
})

test('a data directory whose parents are missing is made with them, for its user alone', async () => {
  await using dir = await SiteDir.make({ dataDir: 'not/there/yet' })
  await dir.serve()
  for (const made of ['not', 'not/there', 'not/there/yet']) {
    expect(statSync(path.join(dir.path, made)).mode & 0o777).toBe(0o700)
  }
})

test('a second gateway on one data directory refuses at once, and after a kill -9 of the first one the next starts', async () => {
  await using dir = await SiteDir.make()
  const first = await dir.serve()
  expectOneLine(await serve(dir), /another process runs on the data directory .*: stop it first, or choose another/)
  expect((await fetch(`${first.publicUrl}/healthz`)).status).toBe(200)

  first.program.kill('SIGKILL')
  const second = await dir.serve()
  expect((await fetch(`${second.publicUrl}/healthz`)).status).toBe(200)
  await first.program.ended
})

test('a gateway that starts while a command of the command line is at work waits for it, and starts', async () => {
  await using dir = await SiteDir.make()
  const { ownDataDir } = await import('#site/data-dir.ts')
  const giveBack = ownDataDir(dir.dataDir)
  const starting = dir.startServe()
  const command = dir.latchkeyApart('lock', 'list')
  // Neither can be served yet; both wait for whoever holds the directory.
  await dir.latchkey('--version')
  expect([starting.running, command.running]).toEqual([true, true])
  giveBack?.()
  await starting.line()
  expect(await command.ended).toMatchObject({ code: 0, stderr: '' })
})
