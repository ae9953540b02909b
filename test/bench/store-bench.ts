import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'better-sqlite3'
import { Command } from 'commander'
import type { VerifiedAck } from '#domain/acks/ack.ts'
import type { Store } from '#domain/ports.ts'
import {
  commandHashOf,
  keyRefOf,
  lockIdFromNumber,
  newBootId,
  newCommandId,
  newOpeningId,
  parseTempKeyUuid,
} from '#protocol/ids.ts'
import { openStore } from '#store/open-store.ts'
import { cpuMs } from './child.ts'
import { cpuByThread } from './cpu-by-thread.ts'
import { quantile, round } from './figures.ts'
import { keyUuid, seedStore } from './seed.ts'

/** What one opening costs the store alone: a read of its key, transaction 1, transaction 2. */
const options = new Command('store-bench')
  .option('--keys <n>', 'keys and past openings', Number, 20_000)
  .option('--locks <n>', 'locks', Number, 1_000)
  .option('--pairs <n>', 'openings that are measured, each time', Number, 6_000)
  .parse()
  .opts<{ keys: number; locks: number; pairs: number }>()

const dataDir = mkdtempSync(path.join(tmpdir(), 'latchkey-store-bench-'))
const silent = { info: () => {}, warn: () => {}, error: () => {} }
const bootId = newBootId()
let done = 0

function must<T>(value: T | null): T {
  if (value === null) throw new Error('not valid')
  return value
}

async function openOnce(store: Store): Promise<void> {
  done += 1
  const lockId = must(lockIdFromNumber(1 + (done % options.locks)))
  const uuid = must(
    parseTempKeyUuid(
      keyUuid(1 + ((options.locks * Math.floor((done * 7) / options.locks) + (done % options.locks)) % options.keys)),
    ),
  )
  const key = must(await store.findTempKey(uuid))
  const openingId = newOpeningId()
  const commandId = newCommandId()
  const message = `${commandId}${'c'.repeat(480)}`
  const keyRef = keyRefOf(key.uuid)
  const bound = { commandId, commandHash: commandHashOf(message), openingId, lockId, keyRef, bootId }
  const command = { ...bound, counter: done, notAfterUptimeS: 100, message }
  const nowMs = Date.now()
  const reserved = await store.reserve({
    openingId,
    lockId,
    tempKeyUuid: key.uuid,
    principal: { kind: 'guest' },
    command,
    idempotency: null,
    atMs: nowMs,
  })
  if (reserved.kind !== 'reserved') throw new Error(`not reserved: ${reserved.kind}`)
  const ack: VerifiedAck = {
    ...bound,
    message: `${commandId}${'a'.repeat(540)}`,
    result: 'opened',
    reason: null,
    uptimeS: 99,
    lastCounter: done,
    keyGeneration: 1,
    journalSeq: 2 * done,
    door: 'closed',
    batteryPercent: null,
  }
  await store.settle({ ack, atMs: nowMs })
}

/** Opens and settles one after the other in each of `inFlight` lines; answers how long each pair took, in ms. */
async function openPairs(store: Store, inFlight: number, pairs: number): Promise<readonly number[]> {
  const times: number[] = []
  let left = pairs
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) {
        const atMs = performance.now()
        await openOnce(store)
        times.push(performance.now() - atMs)
      }
    }),
  )
  return times
}

async function measure(store: Store, inFlight: number, pairs: number): Promise<void> {
  const [before, startMs] = [cpuByThread(), performance.now()]
  const times = await openPairs(store, inFlight, pairs)
  const [wallMs, after] = [performance.now() - startMs, cpuByThread()]
  const usOf = (kind: string) => Math.round((((after[kind] ?? 0) - (before[kind] ?? 0)) * 1_000) / pairs)
  const [writer, main, v8] = [usOf('writer'), usOf('main'), usOf('v8')]
  const row = {
    inFlight,
    pairsPerS: Math.round((pairs * 1_000) / wallMs),
    cpuUsPerPair: writer + main + v8,
    writer,
    main,
    v8,
    p50Ms: round(quantile(times, 0.5), 2),
    p99Ms: round(quantile(times, 0.99), 2),
  }
  process.stdout.write(`${JSON.stringify(row)}\n`)
}

/** From an empty WAL, and few enough pairs that it does not begin anew: then its size is what was written to it. */
async function measureWal(store: Store, inFlight: number, pairs: number): Promise<void> {
  const database = new Database(path.join(dataDir, 'latchkey.db'))
  database.pragma('wal_checkpoint(TRUNCATE)')
  await openPairs(store, inFlight, pairs)
  const { size } = statSync(path.join(dataDir, 'latchkey.db-wal'))
  database.close()
  process.stdout.write(`${JSON.stringify({ inFlight, walBytesPerPair: Math.round(size / pairs) })}\n`)
}

try {
  await seedStore(dataDir, { locks: options.locks, keys: options.keys, openings: options.keys })
  const { store } = await openStore({ dataDir, log: silent, nowMs: Date.now(), sweptLocks: 'all', saw: () => {} })
  await openPairs(store, 50, 1_000)
  for (const inFlight of [1, 50, 50]) await measure(store, inFlight, inFlight === 1 ? options.pairs / 6 : options.pairs)
  for (const inFlight of [1, 50]) await measureWal(store, inFlight, inFlight === 1 ? 100 : 300)
  const [cpuBefore, reads] = [cpuMs(), 5_000]
  for (let at = 0; at < reads; at += 1)
    await store.findTempKey(must(parseTempKeyUuid(keyUuid(1 + ((at * 13) % options.keys)))))
  process.stdout.write(`quiet read ${Math.round(((cpuMs() - cpuBefore) * 1_000) / reads)} us CPU\n`)
  await store.close()
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}
