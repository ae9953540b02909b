import { describe, expect, test } from 'vitest'
import { instant } from '#http/shapes/fields.ts'

/** What the vendor's own pattern takes and refuses: a dependency's new version can't change it unseen. */
describe('a time in a body', () => {
  test.each([
    ['2026-12-27T00:00Z', Date.UTC(2026, 11, 27)],
    ['2026-12-27T23:59Z', Date.UTC(2026, 11, 27, 23, 59)],
    ['2026-12-27T00:00:00Z', Date.UTC(2026, 11, 27)],
    ['2026-12-27T00:00:00.1Z', Date.UTC(2026, 11, 27, 0, 0, 0, 100)],
    ['2026-12-27T00:00:00.123Z', Date.UTC(2026, 11, 27, 0, 0, 0, 123)],
    ['2026-12-27T00:00:00.123456789Z', Date.UTC(2026, 11, 27, 0, 0, 0, 123)],
    ['2028-02-29T12:00Z', Date.UTC(2028, 1, 29, 12)],
    ['2000-02-29T12:00Z', Date.UTC(2000, 1, 29, 12)],
  ])('%s is taken', (given, ms) => {
    expect(instant.parse(given)).toBe(ms)
  })

  test.each([
    ['an offset', '2026-12-27T00:00:00+01:00'],
    ['an offset of nothing', '2026-12-27T00:00:00+00:00'],
    ['no zone', '2026-12-27T00:00:00'],
    ['a small z', '2026-12-27T00:00:00z'],
    ['a space for the T', '2026-12-27 00:00:00Z'],
    ['a small t', '2026-12-27t00:00:00Z'],
    ['a day alone', '2026-12-27'],
    ['an hour alone', '2026-12-27T00Z'],
    ['24:00', '2026-12-27T24:00Z'],
    ['a leap second', '2026-12-31T23:59:60Z'],
    ['a fraction without seconds', '2026-12-27T00:00.5Z'],
    ['a fraction without digits', '2026-12-27T00:00:00.Z'],
    ['a day that there is not', '2027-02-29T00:00Z'],
    ['a century without a leap day', '2100-02-29T00:00Z'],
    ['the 31st of April', '2026-04-31T00:00Z'],
    ['a month that there is not', '2026-13-01T00:00Z'],
    ['a year of six digits', '+002026-12-27T00:00:00Z'],
    ['a newline at the end', '2026-12-27T00:00:00Z\n'],
    ['nothing', ''],
    ['seconds since 1970', 1_700_000_000],
    ['those as a text', '1700000000'],
  ])('%s is refused, with the form that is right', (_, given) => {
    const { error } = instant.safeParse(given)
    expect(error?.issues.map(({ message }) => message)).toEqual([
      'must be an ISO 8601 time that ends in Z, such as 2026-11-01T12:00:00Z',
    ])
  })
})
