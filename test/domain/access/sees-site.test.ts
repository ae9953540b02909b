import { expect, test } from 'vitest'
import type { Principal } from '#domain/access/principal.ts'
import { seesSite, siteRefusal } from '#domain/access/sees-site.ts'
import { newStaffId } from '#protocol/ids.ts'
import { org, user } from '#test/support/ids.ts'

test.each<[Principal, string | null]>([
  [{ kind: 'owner' }, null],
  [{ kind: 'staff', staffId: newStaffId(), name: 'Ada' }, null],
  [{ kind: 'service', organization: org('acme') }, null],
  [{ kind: 'service', organization: org('other') }, 'wrong-organization'],
  [{ kind: 'user', userId: user('ada') }, 'not-owner'],
  [{ kind: 'guest' }, 'not-owner'],
])('what belongs to the site and to no one lock is refused to %j: %s', (principal, refusal) => {
  expect(siteRefusal(principal, org('acme'))).toBe(refusal)
  expect(seesSite(principal, org('acme'))).toBe(refusal === null)
})

test('a site of no organization has no programs', () => {
  expect(siteRefusal({ kind: 'service', organization: org('acme') }, null)).toBe('wrong-organization')
})
