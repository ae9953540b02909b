import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { SiteDir } from '#test/support/site-dir.ts'

const isRoot = process.getuid?.() === 0
/** Some user that is not root. */
const OWNER = 65_534

async function foreignSite(): Promise<SiteDir> {
  const dir = await SiteDir.make({
    broker: { mode: 'embedded', host: '127.0.0.1', port: 0 },
  })
  chmodSync(dir.path, 0o755)
  mkdirSync(dir.dataDir, { mode: 0o700 })
  chownSync(dir.dataDir, OWNER, OWNER)
  return dir
}

const ownersIn = (folder: string): Record<string, number> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, statSync(path.join(folder, name)).uid]))

test.skipIf(!isRoot)(
  'root on the command line leaves no file of its own in another user’s data directory',
  async () => {
    await using dir = await foreignSite()
    const added = await dir.latchkey('lock', 'add', '1', '--name', 'Door', '--make-key', '--json')
    expect(added).toMatchObject({ code: 0, stderr: '' })
    const owners = ownersIn(dir.dataDir)
    expect(Object.keys(owners)).toEqual(expect.arrayContaining(['latchkey.db', 'gateway-key.pem', 'owner.lock']))
    expect(new Set(Object.values(owners))).toEqual(new Set([OWNER]))
  },
)

test.skipIf(!isRoot)(
  'serve as root becomes the data directory’s owner, and the command line still reaches it',
  async () => {
    await using dir = await foreignSite()
    const { program } = await dir.serve()
    const uids = /^Uid:\s+(.*)$/m.exec(readFileSync(`/proc/${program.pid}/status`, 'utf8'))?.[1]?.split('\t')
    expect(uids).toEqual(Array(4).fill(`${OWNER}`))
    expect(await dir.latchkey('lock', 'list')).toMatchObject({ code: 0, stderr: '' })
    expect(new Set(Object.values(ownersIn(dir.dataDir)))).toEqual(new Set([OWNER]))
  },
)

test.skipIf(!isRoot)('root exports to where only root may write, though it reads the store as its owner', async () => {
  await using dir = await SiteDir.make({
    broker: { mode: 'external', url: 'mqtt://127.0.0.1:1', userName: 'latchkey', passwordFile: 'broker-password' },
  })
  chmodSync(dir.path, 0o755)
  mkdirSync(dir.dataDir, { mode: 0o700 })
  chownSync(dir.dataDir, OWNER, OWNER)
  writeFileSync(path.join(dir.path, 'broker-password'), 'secret\n', { mode: 0o600 })
  const [passwords, acl] = [path.join(dir.path, 'passwords'), path.join(dir.path, 'acl')]
  expect(await dir.latchkey('broker', 'export', '--passwords', passwords, '--acl', acl)).toMatchObject({ code: 0 })
  expect(statSync(passwords)).toMatchObject({ uid: 0, mode: 0o100600 })
  expect(readFileSync(acl, 'utf8')).toContain('user latchkey')
  const nowhere = await dir.latchkey('broker', 'export', '--passwords', '/nowhere/p', '--acl', acl)
  expect(nowhere.code).toBe(1)
  expect(nowhere.stderr).toMatch(/^latchkey: cannot write \/nowhere\/p \(ENOENT\): choose another place\n$/)
})

test('an export is refused while the broker is the embedded one', async () => {
  await using dir = await SiteDir.make()
  const { code, stderr } = await dir.latchkey('broker', 'export', '--passwords', 'p', '--acl', 'a')
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'latchkey: broker.mode is embedded: an export is for a site whose broker.mode is external\n',
  })
})

test.skipIf(!isRoot)('a user who may not write the data directory is told so in one line', async () => {
  await using dir = await SiteDir.make()
  chmodSync(dir.path, 0o755)
  chmodSync(dir.configFile, 0o644)
  mkdirSync(dir.dataDir, { mode: 0o755 })
  const { Program } = await import('#test/support/program.ts')
  const args = ['gateway/latchkey.mjs', 'serve', '--config', dir.configFile]
  const { code, stderr } = await Program.run(process.execPath, args, { uid: OWNER, gid: OWNER })
  expect(stderr).toMatch(
    /^latchkey: cannot write in the data directory [^\n]+ \(EACCES\): make it, or give it to [^\n]+\n$/,
  )
  expect(code).toBe(1)
})
