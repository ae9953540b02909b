import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { withSite } from '#test/support/site-truth.ts'

const LOOPBACK = { host: '127.0.0.1', port: 0 } as const
const LIMITS = {
  failuresPerAddressPerMinute: 20,
  commandsPerKeyPerMinute: 30,
  callsPerCredentialPerMinute: 600,
}
/** As they are shipped: hundreds tap at once here, and the locks that serve them share their processor. */
const opening = { deadlineMs: 8_000, answerWaitMs: 10_000 }
const limited = { config: { opening, http: { listeners: [LOOPBACK], limits: LIMITS } } }

/** How often each status came. */
function statuses(answers: readonly { status: number }[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

describe.concurrent('limits', () => {
  test('two hundred guests behind one address all open, while somebody behind it guesses links', () =>
    withSite(limited, async (site) => {
      const doors = Array.from({ length: 50 }, (_, index) => index + 1)
      for (const lockId of doors) await site.playLock(lockId)
      const keys = await Promise.all(
        doors.flatMap((lockId) => [0, 1, 2, 3].map(() => site.createKey(lockId, { maxUses: 1 }))),
      )
      const guesses = Promise.all(Array.from({ length: 300 }, () => site.open(randomUUID())))
      const answers = []
      // Four guests a door, one after the other: a lock serves one at a time.
      for (let round = 0; round < 4; round += 1) {
        const now = keys.filter((_, index) => index % 4 === round)
        answers.push(...(await Promise.all(now.map((uuid) => site.open(uuid)))))
      }
      expect(statuses(answers)).toEqual({ 303: 200 })
      expect(statuses(await guesses)).toEqual({ 404: 20, 429: 280 })
    }))

  test('a guess over the limit is told when to come back, as a page where a page is wanted', () =>
    withSite(limited, async (site) => {
      await site.addLock(1)
      const uuid = await site.createKey(1)
      for (let guess = 0; guess < 20; guess += 1) expect((await site.open('nonsense')).status).toBe(400)
      const answer = await site.request(`/temp-keys/${randomUUID()}`)
      expect(answer).toMatchObject({ status: 429, body: { reason: 'rate-limited', code: 429, success: false } })
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      const page = await site.request(`/temp-keys/${randomUUID()}`, { headers: { accept: 'text/html' } })
      expect(page.status).toBe(429)
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(page.text).toContain('<!doctype html>')
      expect((await site.request(`/temp-keys/${uuid}`)).status).toBe(200)
    }))

  test('one key sends thirty commands a minute and no more; taps that join an opening are free', () =>
    withSite(
      { config: { opening, http: { listeners: [LOOPBACK], limits: { ...LIMITS, commandsPerKeyPerMinute: 2 } } } },
      async (site) => {
        const lock = await site.playLock(1)
        const [uuid, other] = [await site.createKey(1), await site.createKey(1)]
        const taps = await Promise.all(Array.from({ length: 40 }, () => site.open(uuid)))
        expect(statuses(taps)).toEqual({ 303: 40 })
        expect(lock.actuations).toBe(1)

        const opened = new Set([taps[0]?.body.openingId])
        let last = await site.open(uuid)
        for (; last.status === 303; last = await site.open(uuid)) opened.add(last.body.openingId)
        expect(opened.size).toBe(2)
        expect(last).toMatchObject({ status: 429, body: { reason: 'rate-limited' } })
        expect(await site.key(uuid)).toMatchObject({ usedCount: 2, heldCount: 0 })
        expect((await site.open(other)).status).toBe(303)
      },
    ))

  test('whoever looks without end at one good link waits, and is in the way of no other link nor of its opening', () =>
    withSite(limited, async (site) => {
      await site.playLock(1)
      const [uuid, other] = [await site.createKey(1), await site.createKey(1)]
      const looks = []
      for (let round = 0; round < 13; round += 1) {
        looks.push(...(await Promise.all(Array.from({ length: 50 }, () => site.request(`/temp-keys/${uuid}`)))))
      }
      expect(statuses(looks)).toEqual({ 200: 600, 429: 50 })
      const tooMany = looks.find(({ status }) => status === 429)
      expect(tooMany?.headers.get('connection')).toBe('close')
      expect((await site.request(`/temp-keys/${other}`)).status).toBe(200)
      expect((await site.open(uuid)).status).toBe(303)
    }))

  test('whoever taps without end with a link that opens nothing waits', () =>
    withSite(limited, async (site) => {
      await site.addLock(1)
      const uuid = await site.createKey(1, { maxUses: 1 })
      await site.revokeKey(uuid)
      const taps = []
      for (let round = 0; round < 13; round += 1) {
        taps.push(...(await Promise.all(Array.from({ length: 50 }, () => site.open(uuid)))))
      }
      expect(statuses(taps)).toEqual({ 400: 600, 429: 50 })
    }))

  test('a forwarded address is believed from a trusted proxy alone', async () => {
    const guess = (site: { open: (uuid: string, init: RequestInit) => Promise<{ status: number }> }, from: number) =>
      site.open(randomUUID(), { headers: { 'x-forwarded-for': `198.51.100.${from}` } })
    await withSite(limited, async (site) => {
      const answers = await Promise.all(Array.from({ length: 60 }, (_, from) => guess(site, from)))
      expect(statuses(answers)).toEqual({ 404: 20, 429: 40 })
      expect((await site.request('/readyz')).body).toMatchObject({ checks: { proxy: { status: 'warning' } } })
    })
    const trusting = { config: { http: { listeners: [LOOPBACK], limits: LIMITS, trustProxy: ['127.0.0.1'] } } }
    await withSite(trusting, async (site) => {
      const answers = await Promise.all(Array.from({ length: 60 }, (_, from) => guess(site, from)))
      expect(statuses(answers)).toEqual({ 404: 60 })
      expect((await site.request('/readyz')).body).toMatchObject({ checks: { proxy: { status: 'ok' } } })
    })
  })
})

describe.concurrent('a listener', () => {
  test('for guests alone knows nothing but the guest’s routes', () =>
    withSite(
      {
        config: {
          http: {
            listeners: [{ ...LOOPBACK, serves: ['guest'] }, LOOPBACK, { ...LOOPBACK, serves: ['ops'] }],
          },
        },
      },
      async (site) => {
        await site.playLock(1)
        const uuid = await site.createKey(1, { maxUses: 1 })
        const [guest = '', all = '', ops = ''] = site.gateway.urls
        const status = async (base: string, where: string, init: RequestInit = {}) =>
          (await fetch(`${base}${where}`, { redirect: 'manual', ...init })).status

        expect(await status(guest, `/temp-keys/${uuid}`)).toBe(200)
        for (const where of ['/healthz', '/readyz', '/openapi.json', '/docs', '/events', '/metrics']) {
          expect([where, await status(guest, where)]).toEqual([where, 404])
        }
        for (const where of ['/locks', '/locks/1/temp-keys', '/locks/1/details', '/locks/1/events']) {
          expect([404, 501]).toContain(await status(guest, where))
        }
        const body = JSON.stringify({ tempKeyUuid: randomUUID() })
        const headers = { 'content-type': 'application/json' }
        for (const command of ['create-temp-key', 'OpenLock', 'CreateLock']) {
          expect([404, 501]).toContain(await status(guest, `/locks/1/${command}`, { method: 'POST', body, headers }))
        }
        expect([404, 405]).toContain(await status(guest, `/temp-keys/${uuid}`, { method: 'DELETE' }))

        expect(await status(all, '/healthz')).toBe(200)
        expect(await status(ops, '/healthz')).toBe(200)
        expect([404, 501]).toContain(await status(ops, `/temp-keys/${uuid}`))
        expect([404, 501]).toContain(await status(ops, `/temp-keys/${uuid}/open`, { method: 'POST' }))
        expect(await status(guest, `/temp-keys/${uuid}/open`, { method: 'POST' })).toBe(303)
      },
    ))

  test('with a certificate speaks TLS, and asks browsers to come back that way', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-tls-'))
    try {
      const [certFile, keyFile] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')]
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-days', '2']
      const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
      execFileSync('openssl', [...made, '-keyout', keyFile, '-out', certFile, ...subject], { stdio: 'ignore' })
      const listeners = [LOOPBACK, { ...LOOPBACK, tls: { certFile, keyFile } }]
      await withSite({ config: { http: { listeners } } }, async (site) => {
        await site.playLock(1)
        const uuid = await site.createKey(1)
        const [, secure = ''] = site.gateway.urls
        expect(secure).toMatch(/^https:/)
        const ca = readFileSync(certFile)
        const answer = await new Promise<{ status: number | undefined; hsts: string | undefined }>(
          (resolve, reject) => {
            const sent = httpsRequest(`${secure}/temp-keys/${uuid}/open`, { method: 'POST', ca }, (got) => {
              got.resume()
              resolve({ status: got.statusCode, hsts: got.headers['strict-transport-security'] })
            })
            sent.on('error', reject)
            sent.end()
          },
        )
        // The public URL is not https: a promise for this name would shut its other port.
        expect(answer).toEqual({ status: 303, hsts: undefined })
        expect((await site.request('/healthz')).headers.get('strict-transport-security')).toBeNull()
      })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
