// A process to be killed: takes the directory, works without a pause, and says what was answered as stored.
import { writeSync } from 'node:fs'
import { newBootId } from '#protocol/ids.ts'
import { takeOwnership } from '#store/file/owner-lock.ts'
import { openStore } from '#store/open-store.ts'
import { keyUuid, lockId, newAck, newReserve, storeOptions, T0 } from '#test/store/support/store-site.ts'

const DOORS = 12
const dataDir = process.argv[2]
if (dataDir === undefined) throw new Error('no directory')
// Nobody keeps what it answers: ownership must not end with a garbage collection.
if (takeOwnership(dataDir).kind !== 'owned') throw new Error('owned elsewhere')
const { store } = await openStore(storeOptions(dataDir))
// Counters begin anew with each process, so each has a boot of its own.
const bootId = newBootId()
const say = (...words: readonly string[]) => writeSync(1, `${words.join(' ')}\n`)

async function workOn(n: number): Promise<never> {
  for (let turn = n; ; turn += 1) {
    const made = newReserve(lockId(n), keyUuid(n), { atMs: T0 + turn })
    const asked = { ...made, command: { ...made.command, bootId } }
    const result = await store.reserve(asked)
    if (result.kind !== 'reserved') throw new Error(result.kind)
    say(asked.openingId, 'reserved')
    if (turn % 5 === 0)
      say(
        asked.openingId,
        (await store.markUnconfirmed({ openingId: asked.openingId, reason: 'silent', atMs: T0 })).state,
      )
    if (turn % 7 === 0) continue
    const settled = await store.settle({ ack: newAck(asked.command, turn % 3 === 0 ? 'refused' : 'opened'), atMs: T0 })
    say(asked.openingId, settled.opening?.state ?? 'none')
  }
}
await Promise.all(Array.from({ length: DOORS }, (_, n) => workOn(n + 1)))
