import { renameSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { Identity } from '#test/support/identity.ts'
import { ShiftingClock } from '#test/support/shifting-clock.ts'
import { withSite } from '#test/support/site-truth.ts'

test('a half-written file of token keys keeps the old ones, and warns until it is whole again', async () => {
  const identity = await Identity.start()
  try {
    const clock = new ShiftingClock()
    await withSite({ clock, config: { jwt: identity.jwt } }, async (site) => {
      const { jwksFile } = identity.jwt
      const whole = await readFile(jwksFile, 'utf8')
      await site.playLock(1)
      const key = await site.createKey(1, { accessMode: 'user-whitelist', allowedUserIds: ['alice'] })
      const headers = { authorization: `Bearer ${await identity.tokenOf('alice')}` }
      writeFileSync(jwksFile, whole.slice(0, 40))
      clock.passMs(1_000)
      expect((await site.open(key, { headers })).status).toBe(303)
      expect(await site.request('/readyz')).toMatchObject({
        status: 200,
        body: { status: 'ready', checks: { jwks: { status: 'warning' }, broker: { status: 'ok' } } },
      })
      writeFileSync(`${jwksFile}.new`, whole)
      renameSync(`${jwksFile}.new`, jwksFile)
      clock.passMs(1_000)
      expect(await site.request('/readyz')).toMatchObject({ body: { checks: { jwks: { status: 'ok' } } } })
    })
  } finally {
    identity.close()
  }
})
