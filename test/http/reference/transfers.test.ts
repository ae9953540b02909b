import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { Transfers } from '#http/reference/transfers.ts'

const LARGE_BYTES = 400_000
const asMany = (count: number, begin: () => unknown): unknown[] => Array.from({ length: count }, begin)

test('whoever reads nothing of large files gets twelve of them, and no more before a connection has closed', () => {
  const transfers = new Transfers()
  const connections = Array.from({ length: 12 }, () => new EventEmitter())
  const begun = connections.map((connection) => transfers.begin(LARGE_BYTES, '192.0.2.7', connection))
  expect(new Set(begun)).toEqual(new Set(['last-of-its-connection']))
  expect(transfers.begin(LARGE_BYTES, '192.0.2.7', new EventEmitter())).toBe('too-many')
  expect(transfers.begin(LARGE_BYTES, '192.0.2.8', new EventEmitter())).toBe('last-of-its-connection')

  connections[0]?.emit('close')
  expect(transfers.begin(LARGE_BYTES, '192.0.2.7', new EventEmitter())).toBe('last-of-its-connection')
  expect(transfers.begin(LARGE_BYTES, '192.0.2.7', new EventEmitter())).toBe('too-many')
})

test('many networks together are bounded too: the kernel keeps what none of them reads', () => {
  const transfers = new Transfers()
  let network = 0
  const begun = asMany(49, () => {
    network += 1
    return transfers.begin(LARGE_BYTES, `2001:db8:0:${network.toString(16)}::1`, new EventEmitter())
  })
  expect(begun.filter((one) => one === 'last-of-its-connection')).toHaveLength(48)
  expect(begun[48]).toBe('too-many')
})

test('a small file is never refused for large ones that are on their way', () => {
  const transfers = new Transfers()
  asMany(20, () => transfers.begin(LARGE_BYTES, '192.0.2.7', new EventEmitter()))
  expect(transfers.begin(1_000, '192.0.2.7', new EventEmitter())).toBe('small')
})
