import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { vendorBody } from '#http/shapes/vendor-body.ts'

const body = vendorBody(z.strictObject({ tempKeyUuid: z.string(), maxUses: z.number().optional() }))
const given = (others: object) => ({ tempKeyUuid: 'x', ...others })

describe('a body of the vendor’s clients', () => {
  test.each(['orgId', 'userId', 'uuid', 'name', 'x', 'limit', 'usage', 'constructor', 'toString', 'ü'.repeat(100)])(
    'may have a member of theirs, which is left unread: %s',
    (name) => {
      expect(body.parse(given({ [name]: 1 }))).toEqual(given({}))
    },
  )

  test.each([
    'max_uses',
    'maxUse',
    'MaxUses',
    'max-uses',
    'maxuses',
    'masUses',
    'tempKeyUUID',
    'temp_key_uuid',
    'tempKeyUid',
    'maxUess',
    'tmepKeyUuid',
    'max Uses',
  ])('is refused for a name that is nearly one of ours: a limit was meant by it (%s)', (name) => {
    const { error } = body.safeParse(given({ [name]: 1 }))
    expect(error?.issues).toMatchObject([{ code: 'unrecognized_keys', keys: [name] }])
  })

  test('is refused when it has more than 100 of its own', () => {
    const many = (count: number) =>
      given(Object.fromEntries(Array.from({ length: count }, (_, n) => [`own${n}own`, n])))
    expect(body.safeParse(many(100)).success).toBe(true)
    expect(body.safeParse(many(101)).success).toBe(false)
  })

  test.each([null, [], 'x', 7, undefined])('that is no object stays what it is, and is refused: %j', (value) => {
    expect(body.safeParse(value).success).toBe(false)
  })
})
