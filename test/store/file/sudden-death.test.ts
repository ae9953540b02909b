import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { isFinal, type OpeningState } from '#domain/openings/opening.ts'
import { parseOpeningId } from '#protocol/ids.ts'
import { takeOwnership } from '#store/file/owner-lock.ts'
import { openStore } from '#store/open-store.ts'
import { inconsistencies, makeDoor, storeOptions, temporaryDirectory, valid } from '#test/store/support/store-site.ts'

const directory = temporaryDirectory()
afterAll(directory.remove)
const dataDir = directory.path

const busyGateway = () =>
  spawn(process.execPath, [fileURLToPath(new URL('./busy-gateway.ts', import.meta.url)), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

/** Kills it without warning once it has said this much; answers with the last state it said of each opening. */
async function killAfter(lines: number, gateway: ChildProcess): Promise<Map<string, string>> {
  const said = new Map<string, string>()
  let count = 0
  for await (const line of createInterface({ input: valid(gateway.stdout) })) {
    const [openingId, state] = line.split(' ')
    // The last line may be cut.
    if (openingId !== undefined && state !== undefined) said.set(openingId, state)
    count += 1
    if (count === lines) gateway.kill('SIGKILL')
  }
  if (gateway.signalCode === null && gateway.exitCode === null) await once(gateway, 'exit')
  expect(gateway.signalCode).toBe('SIGKILL')
  return said
}

test('kill -9 in the middle of work loses nothing that was answered, and leaves counters equal to the openings', async () => {
  const made = await openStore(storeOptions(dataDir))
  for (let n = 1; n <= 12; n += 1) await makeDoor(made.store, n)
  await made.store.close()

  for (const lines of [37, 250, 611]) {
    const said = await killAfter(lines, busyGateway())
    const ownership = takeOwnership(dataDir)
    expect(ownership.kind).toBe('owned')
    const { store } = await openStore(storeOptions(dataDir))
    expect(inconsistencies(dataDir)).toEqual([])
    expect(await store.reservedOpenings('all', 9)).toEqual([])
    for (const [id, state] of said) {
      const openingId = parseOpeningId(id)
      if (openingId === null) continue
      const stored: OpeningState = valid(await store.findOpening(openingId)).state
      if (state === 'opened' || state === 'refused') expect(stored).toBe(state)
      else expect(stored === 'unconfirmed' || isFinal(stored)).toBe(true)
    }
    await store.close()
    if (ownership.kind === 'owned') ownership.release()
  }
})

test('a second process is refused while the first lives, and takes over right after kill -9', async () => {
  const gateway = busyGateway()
  await once(valid(gateway.stdout), 'data')
  expect(takeOwnership(dataDir)).toEqual({ kind: 'owned-elsewhere' })
  valid(gateway.stdout).resume()
  gateway.kill('SIGKILL')
  await once(gateway, 'exit')
  const mine = takeOwnership(dataDir)
  expect(mine.kind).toBe('owned')
  expect(takeOwnership(dataDir)).toEqual({ kind: 'owned-elsewhere' })
  if (mine.kind === 'owned') mine.release()
  const again = takeOwnership(dataDir)
  expect(again.kind).toBe('owned')
  if (again.kind === 'owned') again.release()
})
