import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Program } from '#test/support/program.ts'
import { type ServedSite, SiteDir, untilLockOnline } from '#test/support/site-dir.ts'
import { until } from '#test/support/until.ts'

const COMMANDS = [
  ['serve'],
  ['lock', 'add'],
  ['lock', 'reflash'],
  ['lock', 'set'],
  ['lock', 'list'],
  ['key', 'create'],
  ['key', 'list'],
  ['key', 'revoke'],
  ['api-key', 'create'],
  ['api-key', 'list'],
  ['api-key', 'revoke'],
  ['opening', 'list'],
  ['opening', 'find'],
  ['opening', 'settle'],
  ['broker', 'export'],
  ['clock', 'show'],
  ['clock', 'confirm'],
  ['explain-message'],
]
/** As if a program had created it: the owner's own socket is the only way to a store of no running gateway. */
function prepareByProgram(dataDir: string, lockId: number): void {
  const store = new Database(path.join(dataDir, 'latchkey.db'))
  store
    .prepare(`UPDATE events SET chained = json_set(chained, '$.createdBy', 'organization:mallory') WHERE lock_id = ?`)
    .run(lockId)
  store.close()
}

const run = (...args: string[]) => Program.run(process.execPath, ['gateway/latchkey.mjs', ...args])

test('every command has --help, which names --config and --json, and exits 0', async () => {
  const helps = await Promise.all(COMMANDS.map(async (command) => ({ command, ...(await run(...command, '--help')) })))
  for (const { command, code, stdout, stderr } of helps) {
    expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' })
    expect(stdout).toContain(`Usage: latchkey ${command.join(' ')}`)
    expect(stdout).toContain('--config <file>')
    expect(stdout).toContain('--json')
  }
})

test.each([
  { args: ['unlock'], says: /unknown command 'unlock'/ },
  { args: ['lock', 'add', '0', '--name', 'x', '--make-key'], says: /whole number above 0/ },
  { args: ['lock', 'add', '1', '--name', 'x'], says: /--public-key FILE .* or --make-key/ },
  { args: ['lock', 'add', '1', '--name', 'x', '--make-key', '--public-key', 'f'], says: /give either/ },
  { args: ['lock', 'add', '1', '--name', 'x', '--public-key', '/nowhere.pem'], says: /cannot read \/nowhere.pem/ },
  { args: ['lock', 'reflash', '1'], says: /give just one: --public-key FILE .*--make-key, or --keep-key/ },
  { args: ['lock', 'reflash', '1', '--make-key', '--keep-key'], says: /give just one/ },
  { args: ['lock', 'set', '1'], says: /nothing to change/ },
  { args: ['key', 'create', '--lock', '1'], says: /required option '--until/ },
  { args: ['key', 'create', '--lock', '1', '--until', '+1h', '--user', 'u'], says: /goes with --mode user-whitelist/ },
  { args: ['key', 'create', '--lock', '1', '--until', '+1h', '--mode', 'user-whitelist'], says: /at least one --user/ },
  { args: ['key', 'create', '--lock', '1', '--until', '+1h', '--max-uses', '0'], says: /1 or more/ },
  { args: ['key', 'revoke', 'https://keys.example/temp-keys/nonsense'], says: /neither a key’s UUID nor its link/ },
  { args: ['clock', 'confirm'], says: /required option '--now/ },
  { args: ['clock', 'confirm', '--now', 'noon'], says: /ISO 8601/ },
  { args: ['opening', 'find'], says: /missing required argument 'code'/ },
  { args: ['api-key', 'create', '--name', 'x'], says: /required option '--scope/ },
  { args: ['api-key', 'revoke', 'lk_nonsense'], says: /neither an API key nor its id/ },
  { args: ['opening', 'settle', 'x', '--as', 'charged', '--reason', 'r'], says: /22 characters/ },
  { args: ['opening', 'settle', 'x', '--as', 'opened', '--reason', 'r'], says: /charged, released/ },
])('a mistake in $args is said, without a stack, and exits above 0', async ({ args, says }) => {
  const { code, stdout, stderr } = await run(...args)
  expect(code).toBeGreaterThan(0)
  expect(stdout).toBe('')
  expect(stderr).toMatch(says)
  expect(stderr).not.toMatch(/^\s+at /m)
})

describe.each([{ gateway: 'running' }, { gateway: 'absent' }])(
  'with the gateway $gateway, the command line',
  ({ gateway }) => {
    let dir: SiteDir
    let site: ServedSite | null = null
    beforeAll(async () => {
      dir = await SiteDir.make()
      if (gateway === 'running') site = await dir.serve()
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
          online: z.boolean(),
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

    test('makes an API key, shows it once, lists it without its secret, and revokes it', async () => {
      const view = z.looseObject({ id: z.string(), scopes: z.array(z.string()), revokedAt: z.string().nullable() })
      const made = await dir.ask(
        view.extend({ apiKey: z.string(), expiresAt: z.string() }),
        ...['api-key', 'create', '--org', 'acme', '--name', 'booking', '--expires', '+90d'],
        ...['--scope', 'keys:read', '--scope', 'keys:write,locks:open'],
      )
      expect(made.scopes).toEqual(['keys:read', 'keys:write', 'locks:open'])
      const list = await dir.latchkey('api-key', 'list')
      expect(list.stdout).toContain(`${made.id}  acme  booking  (keys:read keys:write locks:open)`)
      expect(list.stdout).not.toContain(made.apiKey.slice(20))
      const wrong = await dir.latchkey('api-key', 'create', '--org', 'acme', '--name', 'x', '--scope', 'keys:all')
      expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('scopes.0: must be one of keys:read') })
      expect((await dir.latchkey('api-key', 'create', '--name', 'x', '--scope', 'keys:read')).stderr).toMatch(
        /give --org/,
      )
      expect((await dir.ask(view, 'api-key', 'revoke', made.apiKey)).revokedAt).not.toBeNull()
      expect((await dir.latchkey('api-key', 'revoke', made.id)).stdout).toContain('revoked before')
      expect((await dir.latchkey('api-key', 'list')).stdout).toMatch(/revoked 20/)
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
      expect(locks.map(({ lockId }) => lockId)).toEqual([7, 8, 9])
      expect(locks[0]).toMatchObject(expected)
      const { stdout } = await dir.latchkey('lock', 'list')
      expect(stdout).toMatch(
        /^7 {2}offline {2}Front door {2}\(ground floor, pulse 9 s, organization north, owner ada\)$/m,
      )
      const wrong = await dir.latchkey('lock', 'set', '7', '--pulse', '31')
      expect(wrong.code).toBe(1)
      expect(wrong.stderr).toMatch(/pulseS: /)
      expect((await dir.latchkey('lock', 'set', '404', '--pulse', '5')).stderr).toMatch(/no such lock/i)
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
      expect(after).toMatchObject({ ...before, keyGeneration: 2, password: expect.any(String), privateKey: {} })
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
      expect((await dir.latchkey('lock', 'reflash', '404', '--keep-key')).stderr).toMatch(/no such lock/i)
    })

    const made = z.object({
      uuid: z.string(),
      lockId: z.number(),
      link: z.string().nullable(),
      accessMode: z.string(),
      validFrom: z.string(),
      validUntil: z.string(),
      maxUses: z.number().nullable(),
    })
    const keys = z.object({
      tempKeys: z.array(
        z.looseObject({ uuid: z.string(), status: z.string(), maxUses: z.number().nullable(), accessMode: z.string() }),
      ),
    })

    test('creates a key whose link is the true one, says its window in the site’s time and UTC, lists and revokes it', async () => {
      const key = await dir.ask(
        made,
        'key',
        'create',
        '--lock',
        '8',
        '--until',
        '+3h',
        '--max-uses',
        '2',
        '--description',
        'plumber',
      )
      expect(key).toMatchObject({ lockId: 8, accessMode: 'public', maxUses: 2 })
      expect(Date.parse(key.validUntil) - Date.parse(key.validFrom)).toBe(3 * 3_600_000)
      // Only a running gateway knows what port 0 became.
      expect(key.link).toBe(site === null ? null : `${site.publicUrl}/temp-keys/${key.uuid}`)
      if (key.link !== null) expect((await fetch(key.link)).status).toBe(200)

      const spoken = await dir.latchkey(
        'key',
        'create',
        '--lock',
        '8',
        '--from',
        '2031-01-02T15:00:00Z',
        '--until',
        '2031-07-02T15:00:00Z',
        '--mode',
        'user-whitelist',
        '--user',
        'ada',
        '--user',
        'bob',
      )
      expect(spoken.stdout).toMatch(
        site === null ? /^\/temp-keys\/[0-9a-f-]{36}\n$/ : /^http:\/\/127\.0\.0\.1:\d+\/temp-keys\/[0-9a-f-]{36}\n$/,
      )
      expect(spoken.stderr).toContain('2 Jan 2031, 16:00 Europe/Berlin (2031-01-02T15:00:00.000Z)')
      expect(spoken.stderr).toContain('2 Jul 2031, 17:00 Europe/Berlin (2031-07-02T15:00:00.000Z)')

      const before = await dir.ask(keys, 'key', 'list', '--lock', '8')
      expect(before.tempKeys.map(({ status }) => status)).toEqual(['valid', 'not-yet-valid'])
      expect(await dir.ask(z.looseObject({}), 'key', 'revoke', key.link ?? key.uuid)).toEqual({
        uuid: key.uuid,
        alreadyRevoked: false,
      })
      expect(await dir.ask(z.looseObject({}), 'key', 'revoke', key.uuid)).toEqual({
        uuid: key.uuid,
        alreadyRevoked: true,
      })
      const after = await dir.ask(keys, 'key', 'list', '--lock', '8')
      expect(after.tempKeys.map(({ uuid }) => uuid)).not.toContain(key.uuid)
      const all = await dir.ask(keys, 'key', 'list', '--lock', '8', '--revoked')
      expect(all.tempKeys.find(({ uuid }) => uuid === key.uuid)?.status).toBe('revoked')
    })

    test('lists no keys of a lock with the way to those that are revoked, or to the first one', async () => {
      expect((await dir.latchkey('key', 'list', '--lock', '9')).stdout).toBe(
        'Lock 9 has no temp keys: create one with key create.\n',
      )
      const { uuid } = await dir.ask(made, 'key', 'create', '--lock', '9', '--until', '+1h')
      await dir.latchkey('key', 'revoke', uuid)
      const empty = await dir.latchkey('key', 'list', '--lock', '9')
      expect(empty.stdout).toBe('Every temp key of lock 9 is revoked: see them with key list --lock 9 --revoked.\n')
      expect((await dir.latchkey('key', 'list', '--lock', '9', '--revoked')).stdout).toMatch(`${uuid}  revoked`)
      expect(await dir.ask(keys, 'key', 'list', '--lock', '9')).toEqual({ tempKeys: [] })
    })

    test('says what is wrong with a key before it exists', async () => {
      const late = await dir.latchkey('key', 'create', '--lock', '8', '--from', '+3h', '--until', '+1h')
      expect(late).toMatchObject({ code: 1, stdout: '' })
      expect(late.stderr).toMatch(/validUntil: must be after validFrom/)
      const local = await dir.latchkey('key', 'create', '--lock', '8', '--until', '2031-01-02T15:00:00+01:00')
      expect(local.stderr).toMatch(/--until is .* it takes now, .* ISO 8601 in UTC/)
      expect((await dir.latchkey('key', 'create', '--lock', '404', '--until', '+1h')).stderr).toMatch(/no such lock/i)
      expect((await dir.latchkey('key', 'revoke', '7f3b1c52-9a4e-4b0d-8f21-5c6d7e8f9a0b')).code).toBe(1)
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

    test('has nothing to settle, and says so', async () => {
      expect(await dir.ask(z.looseObject({}), 'opening', 'list')).toEqual({ openings: [] })
      const unknown = await dir.latchkey(
        'opening',
        'settle',
        'AAAAAAAAAAAAAAAAAAAAAA',
        '--as',
        'charged',
        '--reason',
        'seen',
      )
      expect(unknown.code).toBe(1)
    })

    test('finds no opening for a code that none has, says where else to look, and knows what no code is', async () => {
      const none = await dir.latchkey('opening', 'find', 'k7q 4mo')
      expect(none).toMatchObject({ code: 1, stdout: '' })
      expect(none.stderr).toContain(`"code":"K7Q4M0"`)
      expect(await dir.ask(z.looseObject({}), 'opening', 'find', 'K7Q4M0')).toEqual({ code: 'K7Q4M0', openings: [] })
      expect((await dir.latchkey('opening', 'find', 'K7Q4MU')).stderr).toMatch(
        /code: must be the six letters and digits/,
      )
    })

    test('takes two commands at once, and loses none', async () => {
      const ids = [21, 22, 23, 24]
      const results = await Promise.all(
        ids.map((id) => dir.latchkey('lock', 'add', `${id}`, '--name', `Door ${id}`, '--make-key', '--json')),
      )
      expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual(ids.map(() => ({ code: 0, stderr: '' })))
      const { locks } = await dir.ask(listed, 'lock', 'list')
      expect(locks.map(({ lockId }) => lockId)).toEqual([7, 8, 9, 10, ...ids, 61])
    })
  },
)

test('an unconfirmed opening is listed, settled by an operator with a reason, and corrected by the lock’s later word', async () => {
  await using dir = await SiteDir.make({ opening: { deadlineMs: 2_000, answerWaitMs: 2_000 } })
  const sheetText = await dir.addLock(1)
  const uuid = await dir.createKey(1, { maxUses: 1, description: 'the plumber' })
  const { publicUrl } = await dir.serve()
  const lock = await dir.play(sheetText, { faults: { mute: true } })
  await untilLockOnline(publicUrl, uuid)
  const answer = await fetch(`${publicUrl}/temp-keys/${uuid}/open`, { method: 'POST', redirect: 'manual' })
  const { openingId } = z.looseObject({ openingId: z.string() }).parse(await answer.json())
  expect(answer.status).toBe(504)

  const { stdout } = await dir.latchkey('opening', 'list')
  expect(stdout).toContain(`${openingId}  lock 1  since `)
  const page = await fetch(`${publicUrl}/temp-keys/${uuid}`, { headers: { accept: 'text/html' } })
  const code = /class="code">.*?<b>(.*?)<\/b>/.exec(await page.text())?.[1]?.replace('<i></i>', ' ') ?? ''
  const found = await dir.latchkey('opening', 'find', code.toLowerCase())
  expect(found.stdout).toMatch(new RegExp(`^${openingId}  unconfirmed  lock 1 Door 1  .*key: the plumber\\n$`))
  expect(found.stdout).not.toContain(uuid)
  const settled = await dir.ask(
    z.looseObject({}),
    'opening',
    'settle',
    openingId,
    '--as',
    'released',
    '--reason',
    'the guest called',
  )
  expect(settled).toMatchObject({ openingId, state: 'released' })
  const again = await dir.latchkey('opening', 'settle', openingId, '--as', 'charged', '--reason', 'no')
  expect(again).toMatchObject({ code: 1, stdout: '' })
  expect(again.stderr).toMatch(/is released already/)

  lock.setFaults({ mute: false })
  const opening = z.looseObject({ state: z.string() })
  await until('the lock’s word counts', async () => {
    const { state } = opening.parse(await (await fetch(`${publicUrl}/openings/${openingId}`)).json())
    return state === 'opened'
  })
})

test('explain-message reads with the site’s own keys what goes down and what comes up, and names what is wrong', async () => {
  await using dir = await SiteDir.make()
  const [sheetText, uuid] = [await dir.addLock(1), await dir.createKey(1)]
  await dir.addLock(2)
  const { publicUrl, program } = await dir.serve()
  const lock = await dir.play(sheetText)
  await untilLockOnline(publicUrl, uuid)
  await fetch(`${publicUrl}/temp-keys/${uuid}/open`, { method: 'POST', redirect: 'manual' })
  const command = lock.receivedCommands.find(({ op }) => op === 'open')?.message ?? ''
  const ack = lock.sentAcks[0]?.message ?? ''
  const explain = (message: string, topic: string) => dir.latchkey('explain-message', message, '--topic', topic)

  const explained = async () => [
    await explain(command, 'latchkey/v1/test/1/command'),
    await explain(ack, 'latchkey/v1/test/1/ack'),
    await explain(ack, 'latchkey/v1/test/2/ack'),
  ]
  const whileRunning = await explained()
  program.kill('SIGTERM')
  await program.ended
  expect(await explained()).toEqual(whileRunning)

  const [down, up, foreign] = whileRunning
  expect(down).toMatchObject({ code: 0, stderr: '' })
  expect(down?.stdout).toMatch(/"op":"open".*Accepted: every check passed/s)
  expect(up?.stdout).toMatch(/"result":"opened".*Accepted: every check passed/s)
  expect(foreign?.stdout).toMatch(/FAILED +signature/i)
  const fromInput = await Program.run(
    process.execPath,
    ['gateway/latchkey.mjs', 'explain-message', '--json', '--config', dir.configFile],
    { input: `${ack}\n` },
  )
  expect(fromInput.code).toBe(0)
  expect(JSON.parse(fromInput.stdout)).toBeTypeOf('object')
  const unknown = await explain(ack, 'latchkey/v1/test/404/ack')
  expect(unknown).toMatchObject({ code: 1, stdout: '' })
})
