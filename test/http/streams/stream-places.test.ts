import { expect, test } from 'vitest'
import { StreamPlaces } from '#http/streams/stream-places.ts'

test('neither one holder nor one network gets all places, and one that is given back is free', () => {
  const places = new StreamPlaces({ inAll: 5, ofOneHolder: 2, ofOneNetwork: 3 })
  const take = (holder: string, ip: string) => places.take({ holder, ip })
  const first = take('a', '10.0.0.1')
  expect(take('a', '10.0.0.2')).not.toBeNull()
  expect(take('a', '10.0.0.3')).toBeNull()
  expect(take('b', '10.0.0.1')).not.toBeNull()
  expect(take('c', '10.0.0.1')).not.toBeNull()
  expect(take('d', '10.0.0.1')).toBeNull()
  expect(take('d', '10.0.0.4')).not.toBeNull()
  expect(take('e', '10.0.0.5')).toBeNull()
  first?.()
  first?.()
  expect(take('e', '10.0.0.5')).not.toBeNull()
  expect(take('f', '10.0.0.6')).toBeNull()
})
