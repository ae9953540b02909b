import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { SiteDir } from '#test/support/site-dir.ts'

/** As if a program had created it: the owner's own socket is the only way to a store of no running gateway. */
function prepareByProgram(dataDir: string, lockId: number): void {
  const store = new Database(path.join(dataDir, 'latchkey.db'))
  store
    .prepare(`UPDATE events SET chained = json_set(chained, '$.createdBy', 'organization:mallory') WHERE lock_id = ?`)
    .run(lockId)
  store.close()
}

describe.each([{ gateway: 'running' }, { gateway: 'absent' }])(
  'with the gateway $gateway, the command line',
  ({ gateway }) => {
    let dir: SiteDir
    beforeAll(async () => {
      dir = await SiteDir.make()
      if (gateway === 'running') await dir.serve()
    })
    afterAll(async () => await dir[Symbol.asyncDispose]())

    const listed = z.object({
      locks: z.array(
        z.looseObject({
          lockId: z.number(),
          name: z.string(),
          area: z.string().nullable(),
          pulseS: z.number(),
          organization: z.string().nullable(),
          owner: z.string().nullable(),
          // Null where no gateway runs: nobody knows.
          online: z.boolean().nullable(),
        }),
      ),
    })
    const sheet = z.looseObject({
      site: z.string(),
      lockId: z.number(),
      keyGeneration: z.number(),
      host: z.string(),
      port: z.number(),
      user: z.string(),
      password: z.string(),
      clientId: z.string(),
      topics: z.object({ command: z.string(), ack: z.string(), event: z.string(), presence: z.string() }),
      gatewayPublicKey: z.object({ pem: z.string(), jwk: z.looseObject({}), hex: z.string() }),
      privateKey: z.object({ pem: z.string(), jwk: z.looseObject({}), hex: z.string() }).nullable(),
    })

    test('adds a lock with a key made on the board, prints what it is flashed with once, and refuses its number again', async () => {
      const publicKey = path.join(dir.path, 'board.pem')
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      writeFileSync(publicKey, pair.publicKey.export({ type: 'spki', format: 'pem' }))
      const flashed = await dir.ask(
        sheet,
        'lock',
        'add',
        '7',
        '--name',
        'Front door',
        '--area',
        'ground floor',
        '--public-key',
        publicKey,
      )
      expect(flashed).toMatchObject({
        site: 'test',
        lockId: 7,
        host: '127.0.0.1',
        user: 'lock-7',
        clientId: 'lock-7',
        privateKey: null,
      })
      expect(flashed.topics.command).toBe('latchkey/v1/test/7/command')
      expect(flashed.gatewayPublicKey.hex).toMatch(/^04[0-9a-f]{128}$/)
      const { code, stdout, stderr } = await dir.latchkey('lock', 'add', '7', '--name', 'Other', '--make-key')
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(/There is a lock with this lockId/)
    })

    test('adds a lock with a key made here, and shows its private key nowhere else', async () => {
      const flashed = await dir.ask(sheet, 'lock', 'add', '8', '--name', 'Back door', '--make-key')
      expect(flashed.privateKey?.pem).toContain('BEGIN PRIVATE KEY')
      const text = (await dir.latchkey('lock', 'add', '9', '--name', 'Cellar', '--make-key')).stdout
      expect(sheet.parse(JSON.parse(text)).lockId).toBe(9)
      const shown = (await dir.latchkey('lock', 'list', '--json')).stdout
      expect(shown).not.toContain(flashed.password)
      expect(shown).not.toMatch(/hash|PRIVATE/i)
    })

    test('refuses a private key in place of a public one, and says so', async () => {
      const file = path.join(dir.path, 'private.pem')
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      writeFileSync(file, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }))
      const { code, stderr } = await dir.latchkey('lock', 'add', '70', '--name', 'x', '--public-key', file)
      expect(code).toBe(1)
      expect(stderr).toMatch(/this is a private key: leave it on the lock/)
    })

    test('reads a public key in the form in which somebody has it, a binary one too, and says of another what it is', async () => {
      const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const [der, ssh] = [path.join(dir.path, 'key.der'), path.join(dir.path, 'ssh.pub')]
      writeFileSync(der, publicKey.export({ type: 'spki', format: 'der' }))
      writeFileSync(ssh, 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== me@here\n')
      await dir.ask(sheet, 'lock', 'add', '71', '--name', 'Gate', '--public-key', der)
      const { body } = await dir.owner((api) => api('GET', '/locks/71/public-key'))
      expect(body).toMatchObject({ publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }) })
      const refused = await dir.latchkey('lock', 'add', '72', '--name', 'x', '--public-key', ssh)
      expect(refused).toMatchObject({ code: 1, stdout: '' })
      expect(refused.stderr).toMatch(/^latchkey: \S+ssh\.pub: this is an RSA key of OpenSSH[^\n]+\n$/)
    })

    test('changes what is named of a lock and nothing else, and lists it', async () => {
      const changed = await dir.ask(listed, 'lock', 'set', '7', '--pulse', '9', '--org', 'north', '--owner', 'ada')
      const expected = {
        lockId: 7,
        name: 'Front door',
        area: 'ground floor',
        pulseS: 9,
        organization: 'north',
        owner: 'ada',
      }
      expect(changed.locks).toEqual([expect.objectContaining(expected)])
      const { locks } = await dir.ask(listed, 'lock', 'list')
      expect(locks.map(({ lockId }) => lockId)).toEqual([7, 8, 9, 71])
      expect(locks[0]).toMatchObject(expected)
      const { stdout } = await dir.latchkey('lock', 'list')
      const presence = gateway === 'running' ? 'never came' : 'unknown'
      expect(stdout).toMatch(
        new RegExp(`^ *LOCK {2}PRESENCE .*\\n *7 {2}${presence}.* +Front door +ground floor +9 s +north +ada\\n`, 'm'),
      )
      expect(stdout.includes('No gateway runs: nobody knows')).toBe(gateway === 'absent')
      const wrong = await dir.latchkey('lock', 'set', '7', '--pulse', '31')
      expect(wrong.code).toBe(1)
      expect(wrong.stderr).toMatch(/pulseS: /)
      expect((await dir.latchkey('lock', 'set', '404', '--pulse', '5')).stderr).toMatch(/There is no lock 404\./)
    })

    test('flashes a lock anew with another key pair or another password, and says which of them and what to do', async () => {
      const before = await dir.ask(sheet, 'lock', 'add', '10', '--name', 'Attic', '--make-key')
      expect(before.keyGeneration).toBe(1)
      const { code, stdout, stderr } = await dir.latchkey('lock', 'reflash', '10', '--make-key')
      const after = sheet.parse(JSON.parse(stdout))
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: expect.stringMatching(
          /^Lock 10 has key pair 2 now\. Flash the board .* an empty journal: its password and/,
        ),
      })
      const anew = {
        password: expect.any(String),
        privateKey: {},
        keyFingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      }
      expect(after).toMatchObject({ ...before, ...anew, keyGeneration: 2 })
      expect(after.keyFingerprint).not.toBe(before.keyFingerprint)
      expect([after.password, after.privateKey?.hex]).not.toContain(before.password)
      expect(after.privateKey?.hex).not.toBe(before.privateKey?.hex)

      const kept = await dir.latchkey('lock', 'reflash', '10', '--keep-key')
      expect(kept.stderr).toMatch(/^Lock 10 has another password, shown this once\. Leave its key pair and journal/)
      const same = sheet.parse(JSON.parse(kept.stdout))
      expect(same).toMatchObject({ keyGeneration: 2, privateKey: null })
      expect(same.password).not.toBe(after.password)

      const publicKey = path.join(dir.path, 'board.pem')
      const stolen = await dir.latchkey('lock', 'reflash', '10', '--public-key', publicKey)
      expect(stolen).toMatchObject({ code: 1, stderr: expect.stringMatching(/this is a key of lock 7, now or once/) })
      expect((await dir.latchkey('lock', 'reflash', '404', '--keep-key')).stderr).toMatch(/There is no lock 404\./)
    })

    test('takes over a number that a program prepared only when told to, and says what becomes of its keys', async () => {
      const uuid = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff'
      await dir.owner((api) => api('POST', '/locks/61/CreateLock', { index: 1, uuid }))
      prepareByProgram(dir.dataDir, 61)
      await dir.createKeys(61, 2)
      const args = ['lock', 'add', '61', '--name', 'Shed', '--make-key']
      const refused = await dir.latchkey(...args)
      expect(refused).toMatchObject({ code: 1, stdout: '' })
      expect(refused.stderr).toMatch(
        /^latchkey: Lock 61 was prepared by organization:mallory at 20\S+Z; it belongs to no organization, and has 2 keys that nobody has revoked\.\n {2}takeOver: .*\(lock add --take-over\)/,
      )
      const taken = await dir.latchkey(...args, '--take-over')
      expect(taken).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(/^Lock 61 is added\. .*\n2 keys of it revoked\.\n$/),
      })
      expect(sheet.parse(JSON.parse(taken.stdout)).lockId).toBe(61)

      await dir.createKeys(61, 2)
      const given = await dir.latchkey('lock', 'set', '61', '--owner', 'ada')
      expect(given.stderr).toMatch(/^2 keys of it stay good, whoever made them: .*--revoke-keys\.\n$/)
      const told = listed.extend({ keysStillGood: z.literal(0), keysRevoked: z.literal(2) })
      await dir.ask(told, 'lock', 'set', '61', '--owner', 'ada', '--revoke-keys')
      const alone = await dir.latchkey('lock', 'set', '61', '--pulse', '9', '--revoke-keys')
      expect(alone).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('--revoke-keys goes with --org or --owner'),
      })
    })

    test('takes two commands at once, and loses none', async () => {
      const ids = [21, 22, 23, 24]
      const results = await Promise.all(
        ids.map((id) => dir.latchkey('lock', 'add', `${id}`, '--name', `Door ${id}`, '--make-key', '--json')),
      )
      expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual(ids.map(() => ({ code: 0, stderr: '' })))
      const { locks } = await dir.ask(listed, 'lock', 'list')
      expect(locks.map(({ lockId }) => lockId)).toEqual([7, 8, 9, 10, ...ids, 61, 71])
    })
  },
)
