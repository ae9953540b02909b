import { expect, test } from 'vitest'
import { startApiSite } from '#test/http/support/api-site.ts'

test('says whether doors can be opened now, and what somebody should look at', async () => {
  const site = await startApiSite()
  try {
    const ready = () => site.ask('GET', '/readyz')
    Object.assign(site.checks, { store: { status: 'ok' }, jwks: { status: 'warning', facts: { keys: 1 } } })
    expect((await ready()).statusCode).toBe(200)
    expect((await ready()).json()).toEqual({ status: 'ready', checks: site.checks })
    Object.assign(site.checks, { broker: { status: 'failed' } })
    expect((await ready()).statusCode).toBe(503)
    expect((await ready()).json()).toMatchObject({ status: 'not-ready', checks: { broker: { status: 'failed' } } })
    expect((await site.ask('GET', '/healthz')).json()).toEqual({ status: 'ok', version: '0.1.0' })
  } finally {
    await site.close()
  }
})
