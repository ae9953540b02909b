import { expect, test } from 'vitest'
import { keyOfDoor } from '#domain/temp-keys/key-of-door.ts'
import { newTempKeyUuid } from '#http/shapes/fields.ts'
import { parseLockId, parseTempKeyUuid } from '#protocol/ids.ts'
import { must } from '#test/support/must.ts'

const seed = must(parseTempKeyUuid('7f3b1c52-9a4e-4b0d-8f21-5c6d7e8f9a0b'))
const other = must(parseTempKeyUuid('0d2f9c11-3b8e-4c6a-9e57-1a2b3c4d5e6f'))
const door = (number: number) => must(parseLockId(String(number)))

test('each door and each request has a UUID of its own, the same again for the same, and one that a new key may have', () => {
  const made = [keyOfDoor(seed, door(1)), keyOfDoor(seed, door(2)), keyOfDoor(other, door(1))]
  expect(new Set(made).size).toBe(3)
  expect(keyOfDoor(seed, door(1))).toBe(made[0])
  for (const uuid of made) expect(newTempKeyUuid.safeParse(uuid).success).toBe(true)
})
