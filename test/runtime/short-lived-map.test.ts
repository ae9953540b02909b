import { expect, test } from 'vitest'
import { ShortLivedMap } from '#runtime/short-lived-map.ts'

test('a key that is set again has its latest value, and once deleted none, whoever deletes it again', () => {
  const map = new ShortLivedMap<string, { readonly n: number }>()
  expect([map.delete('a'), map.get('a'), map.size]).toEqual([false, undefined, 0])
  map.set('a', { n: 1 })
  map.set('b', { n: 2 })
  map.set('a', { n: 3 })
  expect([map.get('a'), map.size, [...map.keys()]]).toEqual([{ n: 3 }, 2, ['a', 'b']])
  expect([map.delete('a'), map.delete('a')]).toEqual([true, false])
  expect([map.get('a'), map.get('b'), map.size]).toEqual([undefined, { n: 2 }, 1])
  map.set('a', { n: 4 })
  expect([map.get('a'), [...map.keys()]]).toEqual([{ n: 4 }, ['b', 'a']])
})
