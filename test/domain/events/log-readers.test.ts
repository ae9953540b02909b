import { beforeEach, describe, expect, test } from 'vitest'
import { LogReaders, SAME_READING_MS } from '#domain/events/log-readers.ts'
import type { NewSiteEvent } from '#domain/events/site-event.ts'
import { StoreFault } from '#domain/store-fault.ts'
import { silentLog, T0 } from '#test/store/support/store-site.ts'
import { user } from '#test/support/ids.ts'

const ada = { kind: 'user', userId: user('ada') } as const
const bob = { kind: 'user', userId: user('bob') } as const

describe('who reads guests’ names', () => {
  let nowMs: number
  let stored: NewSiteEvent[]
  let readers: LogReaders
  let isFailing = false
  beforeEach(() => {
    nowMs = 0
    stored = []
    isFailing = false
    readers = new LogReaders({
      store: {
        recordSiteEvent: async (event) => {
          if (isFailing) throw new StoreFault('disk full')
          stored.push(event)
        },
      },
      clock: { nowMs: () => T0 + nowMs, monotonicMs: () => nowMs },
      log: silentLog,
    })
  })

  test('is told once with what he asked for, however long he pages or follows', async () => {
    for (let minutes = 0; minutes < 60; minutes += 1) {
      nowMs = minutes * 60_000
      await readers.note(ada, 'door Lobby', 5)
    }
    expect(stored).toEqual([{ type: 'LogRead', atMs: T0, data: { by: 'user:ada', what: 'door Lobby', count: 5 } }])
    nowMs += SAME_READING_MS
    await readers.note(ada, 'door Lobby', 6)
    expect(stored).toHaveLength(2)
  })

  test('is told apart from another, and another question is another event', async () => {
    await readers.note(ada, 'everything', 1)
    await readers.note(bob, 'everything', 1)
    await readers.note(ada, 'key Smith', 1)
    expect(stored.map(({ data }) => [data.by, data.what])).toEqual([
      ['user:ada', 'everything'],
      ['user:bob', 'everything'],
      ['user:ada', 'key Smith'],
    ])
  })

  test('can’t fill the store with questions', async () => {
    for (let n = 0; n < 500; n += 1) await readers.note(ada, `person ${n}`, 1)
    expect(stored).toHaveLength(21)
    expect(stored.at(-1)?.data.what).toBe('more and more different questions')
    await readers.note(bob, 'person 1', 1)
    expect(stored).toHaveLength(22)
  })

  test('is remembered among a thousand, and the one is forgotten first who has asked nothing for longest', async () => {
    await readers.note(ada, 'everything', 1)
    await readers.note(bob, 'everything', 1)
    for (let n = 0; n < 998; n += 1) await readers.note({ kind: 'user', userId: user(`u${n}`) }, 'everything', 1)
    await readers.note(ada, 'everything', 1)
    expect(stored).toHaveLength(1_000)
    await readers.note({ kind: 'user', userId: user('one more') }, 'everything', 1)
    await readers.note(ada, 'everything', 1)
    expect(stored).toHaveLength(1_001)
    await readers.note(bob, 'everything', 1)
    expect(stored).toHaveLength(1_002)
  })

  test('fills no event, however long the question is', async () => {
    await readers.note(ada, 'x'.repeat(5_000), 1)
    expect(stored[0]?.data.what).toBe('x'.repeat(300))
  })

  test('reads all the same while the store can take nothing', async () => {
    isFailing = true
    await expect(readers.note(ada, 'everything', 1)).resolves.toBeUndefined()
  })
})
