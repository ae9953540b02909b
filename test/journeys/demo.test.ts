import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { findProgram, installed } from '#test/support/installed.ts'
import { Program } from '#test/support/program.ts'
import { until } from '#test/support/until.ts'

const ready = z.strictObject({
  httpUrl: z.url({ protocol: /^http$/ }),
  mqttUrl: z.string().regex(/^mqtt:\/\/127\.0\.0\.1:\d+$/),
  apiKey: z.string().regex(/^lk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/),
  locks: z.array(z.strictObject({ lockId: z.number() })),
  keys: z.strictObject({ public: z.uuid(), oneUse: z.uuid(), whitelist: z.uuid() }),
  token: z.string(),
})
const opened = z.looseObject({ status: z.literal('opened') })

/** Where the demo keeps what it must take away again. */
let temporary: string
const running: Program[] = []
beforeEach(() => {
  temporary = mkdtempSync(path.join(tmpdir(), 'latchkey-demos-'))
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((program) => program[Symbol.asyncDispose]()))
  rmSync(temporary, { recursive: true, force: true })
})

function demo(...args: string[]): Program {
  const env = { ...process.env, TMPDIR: temporary }
  const program = Program.start(process.execPath, ['firmware-sim/demo/demo.mjs', ...args], { env })
  running.push(program)
  return program
}

async function demoJson(...args: string[]) {
  const program = demo('--json', ...args)
  const site = ready.parse(JSON.parse(await program.line()))
  const open = (uuid: string, headers: Record<string, string> = {}) =>
    fetch(`${site.httpUrl}/temp-keys/${uuid}/open`, { method: 'POST', redirect: 'manual', headers })
  return { program, ...site, open }
}

async function endInOrder(program: Program): Promise<void> {
  program.kill('SIGTERM')
  expect(await program.ended).toMatchObject({ code: 0, signal: null })
}

describe('npm run demo', () => {
  test('prints one line of JSON on standard output, and its keys open', async () => {
    const site = await demoJson('--http-port', '0', '--mqtt-port', '0')
    expect(site.locks).toEqual([{ lockId: 1 }, { lockId: 2 }, { lockId: 3 }])
    expect((await site.open(site.keys.public)).status).toBe(303)
    expect((await site.open(site.keys.oneUse)).status).toBe(303)
    expect((await site.open(site.keys.whitelist)).status).toBe(401)
    const whitelisted = await site.open(site.keys.whitelist, { authorization: `Bearer ${site.token}` })
    expect(whitelisted.status).toBe(303)
    const { openingId } = z.looseObject({ openingId: z.string() }).parse(await whitelisted.json())
    await until('the movement is shown', () => site.program.stderr.includes(`(opening ${openingId})`))
    for (const headers of [{ 'x-api-key': site.apiKey }, { authorization: `Bearer ${site.token}` }]) {
      const locks = await (await fetch(`${site.httpUrl}/locks`, { headers })).json()
      expect(locks).toMatchObject({ locks: [{ lockId: 1, online: true }, { lockId: 2 }, { lockId: 3 }] })
    }
    await endInOrder(site.program)
    expect(site.program.stdout.split('\n')).toHaveLength(2)
    expect(readdirSync(temporary)).toEqual([])
  })

  test('prints a link and a curl line that open the door when pasted', async (context) => {
    const curl = installed('curl', context)
    const program = demo('--locks', '1')
    const link = (await program.line((line) => /^ +http:.*\/temp-keys\//.test(line))).trim()
    const page = await (await fetch(link, { headers: { accept: 'text/html' } })).text()
    expect(page).toMatch(/<form [^>]*method="post"/)

    const line = (await program.line((text) => /^ +curl /.test(text))).trim()
    const pasted = await Program.run('/bin/sh', ['-c', line.replace(/^curl /, `${curl} -sS `)])
    expect(pasted).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(pasted.stdout)).toMatchObject({ usedCount: 1, latestOpening: { state: 'opened' } })
    const kept = await Program.run(curl, ['-sS', '-L', '-X', 'POST', `${link}/open`])
    expect(JSON.parse(kept.stdout)).toMatchObject({ latestOpening: { state: 'opened' } })
    // The line that creates a key, and the code to scan.
    const create = (await program.line((text) => /^ +curl -H "X-API-Key: lk_/.test(text))).trim()
    const created = await Program.run('/bin/sh', ['-c', create.replace(/^curl /, `${curl} -sS `)])
    expect(JSON.parse(created.stdout)).toMatchObject({ success: true, event: { type: 'TempKeyCreated' } })
    expect(program.stdout).toMatch(/[▀▄█]{10}/)
    expect(program.stdout).toMatch(/A phone can scan it when the demo runs with --host /)
    await until('the movement is shown', () => program.stdout.includes('lock 1: the bolt is withdrawn'))
    await endInOrder(program)
  })

  test.each([
    { to: 'npm alone', group: false },
    { to: 'the process group', group: true },
  ])('SIGTERM to $to ends it with 0 and leaves no process or file behind', async ({ group }) => {
    const npm = findProgram('npm')
    if (npm === null) throw new Error('there is no npm outside node_modules')
    const env = { ...process.env, TMPDIR: temporary }
    // A group of its own, or the signal would reach this test.
    const options = { env, detached: true }
    const program = Program.start(npm, ['run', '-s', 'demo', '--', '--json', '--locks', '2'], options)
    running.push(program)
    const { httpUrl } = ready.parse(JSON.parse(await program.line()))
    expect(readdirSync(temporary)).not.toEqual([])
    process.kill(group ? -program.pid : program.pid, 'SIGTERM')
    expect(await program.ended).toMatchObject({ code: 0, signal: null })
    expect(readdirSync(temporary)).toEqual([])
    await expect(fetch(httpUrl)).rejects.toThrow()
    // No process of its group is left.
    expect(() => process.kill(-program.pid, 0)).toThrow('ESRCH')
  })

  test('boots the same --data twice: the same locks open, the token from before is still good', async () => {
    const data = path.join(temporary, 'site')
    const first = await demoJson('--data', data, '--locks', '2')
    await endInOrder(first.program)
    const second = await demoJson('--data', data, '--locks', '3')
    expect(second.locks).toHaveLength(3)
    expect((await second.open(first.keys.public)).status).toBe(303)
    const answer = await second.open(first.keys.whitelist, { authorization: `Bearer ${first.token}` })
    opened.parse(await answer.json())

    const third = demo('--json', '--data', data)
    expect(await third.ended).toMatchObject({ code: 1, stdout: '' })
    expect(third.stderr).toMatch(/^demo: another process runs on the data directory [^\n]+\n$/)
    expect((await second.open(second.keys.whitelist, { authorization: `Bearer ${first.token}` })).status).toBe(303)
    await endInOrder(second.program)
    expect(existsSync(data)).toBe(true)
  })

  test('two of them run side by side', async () => {
    const [one, two] = await Promise.all([demoJson('--locks', '1'), demoJson('--locks', '1')])
    expect((await one.open(one.keys.public)).status).toBe(303)
    expect((await two.open(two.keys.public)).status).toBe(303)
    expect((await one.open(two.keys.public)).status).toBe(404)
    await Promise.all([endInOrder(one.program), endInOrder(two.program)])
  })

  test('plays 50 locks, each online when it says ready', async () => {
    const site = await demoJson('--locks', '50')
    expect(site.locks).toHaveLength(50)
    const page = await (await fetch(`${site.httpUrl}/temp-keys/${site.keys.public}`)).json()
    expect(page).toMatchObject({ lockOnline: true })
    await endInOrder(site.program)
  })

  test('leaves --seat to a board with its own key, prints what to flash, and then every message with its verdict', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const [publicKey, privateKey, flash] = ['board.pub', 'board.key', 'flash.json'].map((name) =>
      path.join(temporary, name),
    )
    if (publicKey === undefined || privateKey === undefined || flash === undefined) throw new Error('no names')
    writeFileSync(publicKey, pair.publicKey.export({ type: 'spki', format: 'pem' }))
    writeFileSync(privateKey, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }))

    const site = demo('--locks', '1', '--seat', '99', '--public-key', publicKey)
    await site.line((line) => line.includes('Ctrl-C ends everything'))
    const sheet = /^\{\n.*?^\}$/ms.exec(site.stdout)?.[0] ?? ''
    expect(JSON.parse(sheet)).toMatchObject({ lockId: 99, user: 'lock-99', privateKey: null })
    writeFileSync(flash, sheet)

    const board = Program.start(process.execPath, [
      'firmware-sim/lock-sim.mjs',
      '--flash',
      flash,
      '--private-key',
      privateKey,
    ])
    running.push(board)
    await site.line((line) => /<- latchkey\/v1\/demo\/99\/presence {2}ok$/.test(line))
    const link = /Lock 99 is yours.*\n +(http:\S+)\n +curl -L -d '' \1\/open$/m.exec(site.stdout)?.[1] ?? ''
    await until('the board is online', async () => {
      const { status } = await fetch(`${link}/open`, { method: 'POST', redirect: 'manual' })
      return status === 303
    })
    expect(board.stdout).toContain('pulse-started')
    board.kill('SIGTERM')
    expect(await board.ended).toMatchObject({ code: 0 })
    await site.line((line) => /<- latchkey\/v1\/demo\/99\/presence {2}will$/.test(line))

    // A board with the wrong key is told which check fails.
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    writeFileSync(privateKey, stranger.export({ type: 'pkcs8', format: 'pem' }))
    running.push(
      Program.start(process.execPath, ['firmware-sim/lock-sim.mjs', '--flash', flash, '--private-key', privateKey]),
    )
    await site.line((line) => /<- latchkey\/v1\/demo\/99\/presence {2}signature/.test(line))
    await endInOrder(site)
  })

  test.each([
    { args: ['--public-key', 'x.pem'], says: /--public-key goes with --seat/ },
    { args: ['--seat', '9', '--public-key', '/nowhere.pem'], says: /cannot read \/nowhere\.pem/ },
    { args: ['--host', '0.0.0.0'], says: /one address of this machine/ },
    { args: ['--locks', '0'], says: /a whole number from 1 to/ },
    { args: ['--data', '/dev/null/site'], says: /cannot write in the data directory/ },
  ])('says in one line what is wrong with $args, and leaves nothing behind', async ({ args, says }) => {
    const { code, stdout, stderr } = await demo(...args).ended
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(says)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(readdirSync(temporary)).toEqual([])
  })
})
