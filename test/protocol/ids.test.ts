import { expect, test } from 'vitest'
import { newOpeningId, parseOpeningId } from '#protocol/ids.ts'

test('an opening’s id can be given to a command: it never looks like an option', () => {
  // One in 64 would by chance: among so many, all but surely some.
  const ids = Array.from({ length: 2_000 }, newOpeningId)
  expect(ids.filter((id) => id.startsWith('-'))).toEqual([])
  expect(ids.map(parseOpeningId)).toEqual(ids)
  expect(new Set(ids).size).toBe(2_000)
})
