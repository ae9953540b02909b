import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { runCommand } from '#test/support/command.ts'
import { Program } from '#test/support/program.ts'
import { SiteDir } from '#test/support/site-dir.ts'

const COMMANDS = [
  ['serve'],
  ['status'],
  ['doctor'],
  ['open'],
  ['why'],
  ['lock', 'add'],
  ['lock', 'import'],
  ['lock', 'export'],
  ['lock', 'reflash'],
  ['lock', 'replace'],
  ['lock', 'retire'],
  ['lock', 'show'],
  ['lock', 'sheet'],
  ['lock', 'set'],
  ['lock', 'list'],
  ['key', 'create'],
  ['key', 'list'],
  ['key', 'revoke'],
  ['log'],
  ['api-key', 'create'],
  ['api-key', 'list'],
  ['api-key', 'revoke'],
  ['opening', 'list'],
  ['opening', 'find'],
  ['opening', 'settle'],
  ['alarms', 'list'],
  ['alarms', 'ack'],
  ['alarms', 'mute'],
  ['alarms', 'unmute'],
  ['broker', 'export'],
  ['clock', 'show'],
  ['clock', 'confirm'],
  ['explain-message'],
]

const run = (...args: string[]) => runCommand(args)

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
  { args: ['lock', 'reflash', '1'], says: /give just one: --keep-key .*lock replace/ },
  { args: ['lock', 'reflash', '1', '--make-key', '--keep-key'], says: /give just one/ },
  { args: ['lock', 'set', '1'], says: /nothing to change/ },
  { args: ['lock', 'import', 'doors.csv'], says: /--out FOLDER .* or --dry-run/ },
  { args: ['lock', 'import', '/nowhere.csv', '--dry-run'], says: /cannot read \/nowhere.csv/ },
  { args: ['why', 'the door'], says: /neither the number of a lock nor a key’s UUID or link/ },
  { args: ['open', '0'], says: /whole number above 0/ },
  { args: ['key', 'create', '--lock', '1'], says: /required option '--until/ },
  { args: ['key', 'create', '--lock', '1', '--until', '+1h', '--user', 'u'], says: /goes with --mode user-whitelist/ },
  { args: ['key', 'create', '--lock', '1', '--until', '+1h', '--mode', 'user-whitelist'], says: /at least one --user/ },
  { args: ['key', 'create', '--lock', '1', '--until', '+1h', '--max-uses', '0'], says: /1 or more/ },
  { args: ['key', 'revoke', 'https://keys.example/temp-keys/nonsense'], says: /neither a key’s UUID nor its link/ },
  { args: ['key', 'revoke'], says: /UUID or link, or many with --match/ },
  { args: ['key', 'revoke', 'x', '--match', 'y'], says: /UUID or link, or many with --match/ },
  { args: ['log', '--result', 'x', '-n', '0'], says: /1 to 999999/ },
  { args: ['log', '--csv', 'a', '--jsonl', 'b'], says: /cannot be used with/ },
  { args: ['clock', 'confirm'], says: /required option '--now/ },
  { args: ['clock', 'confirm', '--now', 'noon'], says: /ISO 8601/ },
  { args: ['opening', 'find'], says: /missing required argument 'code'/ },
  { args: ['api-key', 'create', '--name', 'x'], says: /required option '--scope/ },
  { args: ['api-key', 'revoke', 'lk_nonsense'], says: /neither an API key nor its id/ },
  { args: ['opening', 'settle', 'x', '--as', 'charged', '--reason', 'r'], says: /22 characters/ },
  { args: ['opening', 'settle', 'x', '--as', 'opened', '--reason', 'r'], says: /charged, released/ },
  { args: ['alarms', 'ack', '1'], says: /required option '--word/ },
  { args: ['alarms', 'ack', 'x', '--word', 'w'], says: /whole number above 0/ },
  { args: ['alarms', 'mute', '--for', '2h'], says: /just one of --lock, --area and --site/ },
  { args: ['alarms', 'mute', '--site', '--lock', '1', '--for', '2h'], says: /just one of/ },
  { args: ['alarms', 'mute', '--site', '--for', 'long'], says: /such as 30m or 2h/ },
])('a mistake in $args is said, without a stack, and exits above 0', async ({ args, says }) => {
  const { code, stdout, stderr } = await run(...args)
  expect(code).toBeGreaterThan(0)
  expect(stdout).toBe('')
  expect(stderr).toMatch(says)
  expect(stderr).not.toMatch(/^\s+at /m)
})

test.each([
  { args: ['unlock'], reason: 'usage', error: /unknown command 'unlock'/ },
  { args: ['lock', 'add', '1'], reason: 'usage', error: /required option '--name/ },
  { args: ['lock', 'list', '--config', '/nowhere.json'], reason: 'config', error: /\/nowhere\.json/ },
  { args: ['lock', 'set', '1'], reason: null, error: /nothing to change/ },
])('with --json a mistake in $args is told as JSON, and nothing else', async ({ args, ...told }) => {
  const { code, stdout, stderr } = await run(...args, '--json')
  expect(code).toBeGreaterThan(0)
  expect(stdout).toBe('')
  const { reason, error } = z.object({ reason: z.string().nullable(), error: z.string() }).parse(JSON.parse(stderr))
  expect(reason).toBe(told.reason)
  expect(error).toMatch(told.error)
})

test('with --json a refusal of the gateway has its reason, and every wrong field', async () => {
  await using dir = await SiteDir.make()
  const away = await dir.latchkey('lock', 'set', '404', '--pulse', '5', '--json')
  expect(JSON.parse(away.stderr)).toMatchObject({ reason: 'lock-not-found', error: 'There is no lock 404.' })
  const wrong = await dir.latchkey('lock', 'set', '5', '--pulse', '31', '--name', '', '--json')
  expect(JSON.parse(wrong.stderr)).toMatchObject({
    reason: 'invalid-request',
    details: expect.arrayContaining([
      expect.objectContaining({ field: 'pulseS' }),
      expect.objectContaining({ field: 'name' }),
    ]),
  })
})

test('on a terminal every list fits eighty columns', async () => {
  await using dir = await SiteDir.make()
  await dir.addLock(5)
  const name = 'The door to the archive behind the second stairs of the northern wing'
  await dir.latchkey('lock', 'set', '5', '--name', name, '--org', 'an-organization-with-a-long-name', '--owner', 'ada')
  await dir.latchkey(
    'api-key',
    'create',
    '--org',
    'north',
    '--name',
    name,
    '--scope',
    'keys:read,keys:write,locks:read',
  )
  for (const command of ['lock list', 'api-key list', 'opening list', 'alarms list']) {
    const line = `stty cols 80; exec "${process.execPath}" gateway/latchkey.mjs ${command} --config "${dir.configFile}"`
    const { stdout } = await Program.run('script', ['-qec', line, '/dev/null'])
    const widest = Math.max(
      ...stripVTControlCharacters(stdout)
        .split(/\r?\n/)
        .map((each) => each.length),
    )
    expect({ command, widest }).toEqual({ command, widest: expect.toSatisfy((width: number) => width <= 80) })
  }
  const { stdout } = await dir.latchkey('lock', 'list')
  expect(stdout).toContain(name)
}, 180_000)

test('who stops reading an answer sees no stack, and one that can’t be written is told in one line', async () => {
  await using dir = await SiteDir.make()
  await dir.addLock(5)
  const listed = (rest: string) =>
    Program.run('sh', [
      '-c',
      `"$0" gateway/latchkey.mjs lock list --config "$1" ${rest}`,
      process.execPath,
      dir.configFile,
    ])
  expect(await listed('| true')).toMatchObject({ stdout: '', stderr: '' })
  expect(await listed('> /dev/full')).toMatchObject({
    code: 1,
    stderr: 'latchkey: cannot write the answer (ENOSPC): is the disk full?\n',
  })
})
