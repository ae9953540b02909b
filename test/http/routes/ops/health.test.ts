import { expect, test } from 'vitest'
import { hasFailed, isWell, warns } from '#domain/upkeep/readiness.ts'
import { startApiSite } from '#test/http/support/api-site.ts'

test('says whether doors can be opened now, and what somebody should look at', async () => {
  const site = await startApiSite()
  try {
    const ready = () => site.ask('GET', '/readyz')
    const told = { reason: 'token-keys-stale', message: 'No refresh.', advice: 'Look at the way.', facts: { keys: 1 } }
    Object.assign(site.checks, { store: isWell('It takes writes.'), jwks: warns({ severity: 'warning', ...told }) })
    expect((await ready()).statusCode).toBe(200)
    expect((await ready()).json()).toEqual({ status: 'ready', checks: site.checks })
    const away = { reason: 'not-connected', message: 'The broker is away.', advice: 'Look whether it runs.' }
    Object.assign(site.checks, { broker: hasFailed(away) })
    expect((await ready()).statusCode).toBe(503)
    expect((await ready()).json()).toMatchObject({
      status: 'not-ready',
      checks: { broker: { status: 'failed', severity: 'critical', ...away } },
    })
    expect((await site.ask('GET', '/healthz')).json()).toEqual({ status: 'ok', version: '0.1.0' })
  } finally {
    await site.close()
  }
})
