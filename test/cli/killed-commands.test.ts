import { watch } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { expectAnswer } from '#cli/api-answer.ts'
import { Program } from '#test/support/program.ts'
import { SiteDir } from '#test/support/site-dir.ts'
import { readStore } from '#test/support/site-truth.ts'

// Some thirty commands in processes of their own, and a gateway that starts again and again.
vi.setConfig({ testTimeout: 600_000 })

const KEYS = 2
const any = () => true
const record = z.looseObject({
  retiredAt: z.string().nullable().optional(),
  goodKeys: z.number(),
  keyGeneration: z.number(),
  keyPairs: z.array(z.looseObject({ fingerprint: z.string(), replacedAt: z.string().nullable() })),
})
const sheet = z.looseObject({ keyGeneration: z.number(), keyFingerprint: z.string(), password: z.string() })

interface Trial {
  readonly what: 'retire' | 'replace'
  readonly lockId: number
  readonly program: Program
}

/** A site with so many locks, of which the odd ones are to be retired and the even ones replaced. */
class Trials implements AsyncDisposable {
  readonly dir: SiteDir
  /** What a command takes that nobody kills. */
  #typicalMs = 0

  private constructor(dir: SiteDir) {
    this.dir = dir
  }

  static async on(locks: number): Promise<Trials> {
    const dir = await SiteDir.make()
    const validity = { validFrom: '2026-01-01T00:00:00Z', validUntil: '2126-01-01T00:00:00Z' }
    await dir.owner(async (api) => {
      for (let lockId = 1; lockId <= locks; lockId += 1) {
        expectAnswer(await api('POST', '/locks', { lockId, name: `Door ${lockId}`, makeKey: true }), z.looseObject({}))
        for (let key = 1; key <= KEYS; key += 1) {
          const tempKeyUuid = `00000000-0000-4000-8000-${String(lockId * 100 + key).padStart(12, '0')}`
          const body = { tempKeyUuid, accessMode: 'public', ...validity }
          expectAnswer(await api('POST', `/locks/${lockId}/create-temp-key`, body), z.looseObject({}))
        }
      }
    })
    return new Trials(dir)
  }

  /** A gateway of this site: on a busy machine it takes long to start. */
  async serve(): Promise<{ readonly program: Program; readonly publicUrl: string }> {
    const program = this.dir.startServe()
    const { publicUrl } = z.looseObject({ publicUrl: z.string() }).parse(JSON.parse(await program.line(any, 120_000)))
    return { program, publicUrl }
  }

  /** Measures what a command takes that nobody kills. */
  async learn(): Promise<void> {
    const beganMs = performance.now()
    await this.dir.latchkey('lock', 'show', '1')
    this.#typicalMs = performance.now() - beganMs
  }

  sheetOf(lockId: number): string {
    return path.join(this.dir.path, `sheet-${lockId}.json`)
  }

  begin(lockId: number): Trial {
    const what = lockId % 2 === 1 ? 'retire' : 'replace'
    const words = what === 'retire' ? [] : ['--make-key', '--out', this.sheetOf(lockId)]
    const command = ['gateway/latchkey.mjs', 'lock', what, String(lockId), ...words, '--config', this.dir.configFile]
    return { what, lockId, program: Program.start(process.execPath, command) }
  }

  /**
   * A moment near a command's end; in two of three rounds right after something is written: to open the store, too, where no
   * gateway has it open already.
   */
  async moment(round: number, of: readonly Trial[], writesMax = 3): Promise<void> {
    const ended = Promise.all(of.map(({ program }) => program.ended))
    const part = (round * 7) % 10
    if (round % 3 === 0) return void (await Promise.race([ended, pause((0.8 + 0.05 * part) * this.#typicalMs)]))
    const looking = new AbortController()
    await Promise.race([ended, this.#writes(1 + (part % writesMax), looking.signal)])
    looking.abort()
    await pause(part % 2 === 0 ? 0 : part * 3)
  }

  #writes(count: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      let left = count
      watch(this.dir.dataDir, { signal }, (_, name) => {
        if (name === 'latchkey.db-wal') left -= 1
        if (left === 0) resolve()
      })
    })
  }

  /** What the command said is so, and what the store has is whole: all of the change, or nothing of it. */
  async expectTruth({ what, lockId, program }: Trial): Promise<'done' | 'not done'> {
    const { stdout, code } = await program.ended
    const found = await this.dir.owner(async (api) => expectAnswer(await api('GET', `/locks/${lockId}/record`), record))
    const events = readStore(this.dir).events.filter((event) => event.lockId === lockId)
    const told = (type: string) => events.filter((event) => event.type === type).length
    expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1))
    if (what === 'retire') {
      const isDone = (found.retiredAt ?? null) !== null
      if (code === 0 || stdout !== '') expect(isDone).toBe(true)
      expect([found.goodKeys, told('LockRetired')]).toEqual(isDone ? [0, 1] : [KEYS, 0])
      return isDone ? 'done' : 'not done'
    }
    const isDone = found.keyGeneration === 2
    if (code === 0 || stdout !== '') expect(isDone).toBe(true)
    expect([found.goodKeys, told('LockKeySet'), found.keyPairs.length]).toEqual(isDone ? [KEYS, 1, 2] : [KEYS, 0, 1])
    const text = await readFile(this.sheetOf(lockId), 'utf8').catch(() => '')
    if (code === 0) expect(text).not.toBe('')
    if (text !== '') {
      // A sheet that is there is whole, and it is the one for the key pair that the lock has now.
      const { keyGeneration, keyFingerprint } = sheet.parse(JSON.parse(text))
      expect([keyGeneration, keyFingerprint]).toEqual([2, found.keyPairs.at(-1)?.fingerprint])
    }
    return isDone ? 'done' : 'not done'
  }

  /** Whatever became of it, the same asked again is done. */
  async expectDoneAgain({ what, lockId }: Trial): Promise<void> {
    const body = what === 'retire' ? undefined : { makeKey: true }
    const again = await this.dir.owner((api) => api('POST', `/locks/${lockId}/${what}`, body))
    expect(again.status).toBe(200)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dir[Symbol.asyncDispose]()
  }
}

test('kill -9 of a command that retires or replaces, without a gateway, leaves all of the change or nothing, and what it said is so', async () => {
  const ROUNDS = 4
  await using trials = await Trials.on(ROUNDS)
  await trials.learn()
  for (let round = 1; round <= ROUNDS; round += 1) {
    const trial = trials.begin(round)
    await trials.moment(round, [trial], 10)
    trial.program.kill('SIGKILL')
    await trials.expectTruth(trial)
    await trials.expectDoneAgain(trial)
  }
})

test('kill -9 of a command that retires or replaces through a gateway does the same, and the gateway serves on', async () => {
  const ROUNDS = 4
  await using trials = await Trials.on(ROUNDS)
  const { program, publicUrl } = await trials.serve()
  await trials.learn()
  for (let round = 1; round <= ROUNDS; round += 1) {
    const trial = trials.begin(round)
    await trials.moment(round, [trial])
    trial.program.kill('SIGKILL')
    await trials.expectTruth(trial)
    await trials.expectDoneAgain(trial)
  }
  expect([program.running, (await fetch(`${publicUrl}/healthz`)).status]).toEqual([true, 200])
})

test('kill -9 of the gateway in the middle of such a command: the command ends, and what it said is so after the restart', async () => {
  const ROUNDS = 2
  await using trials = await Trials.on(2 * ROUNDS)
  for (let round = 1; round <= ROUNDS; round += 1) {
    const gateway = await trials.serve()
    if (round === 1) await trials.learn()
    const both = [trials.begin(2 * round - 1), trials.begin(2 * round)]
    // The first write is the one command's; the other is still under way.
    await trials.moment(round, both, 1)
    gateway.program.kill('SIGKILL')
    await gateway.program.ended
    for (const { program } of both) {
      const { code, stderr } = await program.ended
      if (code !== 0)
        expect(stderr).toMatch(
          /^latchkey: .*(may be done or not, look before you|to start or to end, then) try again\n$/,
        )
    }
    const restarted = await trials.serve()
    for (const trial of both) await trials.expectTruth(trial)
    for (const trial of both) await trials.expectDoneAgain(trial)
    restarted.program.kill('SIGTERM')
    await restarted.program.ended
  }
})
