import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { beforeEach, expect, test } from 'vitest'
import type { LogEntry } from '#domain/events/log-entry.ts'
import { StoreFault } from '#domain/store-fault.ts'
import { logExport, READER_SILENT_MAX_MS } from '#http/streams/log-export.ts'
import { silentLog } from '#test/store/support/store-site.ts'
import { ManualClock, settled } from '#test/support/manual-clock.ts'

/** More than waits for a slow reader. */
const LINE = 'x'.repeat(70_000)

let clock: ManualClock
let read: number
let isClosed: boolean
let ended: number
let isStillGood: boolean
beforeEach(() => {
  clock = new ManualClock()
  read = 0
  isClosed = false
  ended = 0
  isStillGood = true
})

async function* pages(count: number, fault: Error | null): AsyncGenerator<readonly LogEntry[], void> {
  try {
    for (; read < count; ) {
      read += 1
      yield []
    }
    if (fault !== null) throw fault
  } finally {
    isClosed = true
  }
}

const open = (count: number, fault: Error | null = null): Readable =>
  logExport(
    {
      ...{ pages: pages(count, fault), head: 'head\n', render: () => LINE, isStillGood: () => isStillGood },
      ended: () => {
        ended += 1
      },
    },
    { clock, log: silentLog },
  )
const closed = (stream: Readable): Promise<void> => new Promise((resolve) => stream.once('close', resolve))

test('a file is whole, however slowly it is read, and ends once', async () => {
  const stream = open(5)
  const reading = (async () => {
    let length = 0
    for await (const piece of stream) {
      length += String(piece).length
      await clock.passMs(READER_SILENT_MAX_MS - 1)
    }
    return length
  })()
  expect(await reading).toBe('head\n'.length + 5 * LINE.length)
  expect([ended, isClosed]).toEqual([1, true])
})

test('nothing is read ahead of a reader who takes nothing, and after a minute his place is another’s', async () => {
  const stream = open(1_000)
  stream.read(0)
  await settled()
  await clock.passMs(READER_SILENT_MAX_MS - 1)
  expect([stream.destroyed, ended]).toEqual([false, 0])
  expect(read).toBeLessThanOrEqual(1)
  const end = closed(stream)
  await clock.passMs(1)
  await end
  expect([stream.destroyed, ended, isClosed]).toEqual([true, 1, read > 0])
})

test('a credential that ends takes the file with it, before the next line is told', async () => {
  const stream = open(1_000)
  const pieces: string[] = []
  const reading = (async () => {
    for await (const piece of stream) {
      pieces.push(String(piece))
      if (pieces.length === 2) isStillGood = false
    }
  })()
  await expect(reading).rejects.toThrow('the credential has ended')
  expect([read, ended, isClosed]).toEqual([expect.any(Number), 1, true])
  expect(read).toBeLessThan(5)
})

test('a store that fails breaks the file off: what ends well is whole', async () => {
  const stream = open(1, new StoreFault('disk I/O error'))
  await expect(text(stream)).rejects.toThrow('disk I/O error')
  expect([ended, isClosed]).toEqual([1, true])
})
