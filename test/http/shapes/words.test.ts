import { expect, test } from 'vitest'
import { words } from '#http/shapes/fields.ts'

test('what another program says is told in one line, without what changes how it reads; empty is none', () => {
  expect(words(99).parse(' two\r\n\u202elines\t ')).toBe('two lines')
  expect(words(99).parse('Müller 😀 12')).toBe('Müller 😀 12')
  expect(words(99).parse(' \n')).toBeNull()
  expect(words(3).safeParse('four').success).toBe(false)
})
