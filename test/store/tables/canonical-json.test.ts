import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '#store/tables/canonical-json.ts'

const member = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string()))

test('one value has one text, in whichever order its members were written', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(member, fc.dictionary(fc.string(), member))), (value) => {
      const names = Object.keys(value).sort()
      const sorted = Object.fromEntries(names.map((name) => [name, value[name] ?? null]))
      const reversed = Object.fromEntries(names.reverse().map((name) => [name, value[name] ?? null]))
      expect(canonicalJson(sorted)).toBe(canonicalJson(reversed))
      expect(JSON.parse(canonicalJson(reversed))).toEqual(value)
    }),
  )
  expect(canonicalJson({ b: 1, a: { d: null, c: ['y', 'x'] } })).toBe('{"a":{"c":["y","x"],"d":null},"b":1}')
})
