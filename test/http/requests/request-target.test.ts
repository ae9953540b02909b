import { beforeEach, describe, expect, test } from 'vitest'
import { inUsualCase } from '#http/requests/key-path.ts'
import { errorAnswer } from '#test/http/support/answer-schemas.ts'
import { listen, sendRaw } from '#test/http/support/raw-http.ts'
import { type RouteSite, startRouteSite } from '#test/http/support/route-site.ts'

let site: RouteSite
let port: number
beforeEach(async () => {
  site = await startRouteSite({ publicUrl: 'https://keys.example.org' })
  port = await listen(site.app)
  return () => site.app.close()
})

const send = (line: string, headers = '') =>
  sendRaw(port, `${line} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${headers}\r\n`)
const reasonOf = async (line: string, headers = '') => {
  const { status, body } = await send(line, headers)
  return `${status} ${errorAnswer.parse(JSON.parse(body)).reason}`
}

describe('a key’s routes are known in any case, as a dense QR code writes them', () => {
  test.each([
    (uuid: string) => `/TEMP-KEYS/${uuid.toUpperCase()}`,
    (uuid: string) => `/Temp-Keys/${uuid}`,
    (uuid: string) => `/TEMP-KEYS/${uuid.toUpperCase()}/`,
    (uuid: string) => `/TEMP-KEYS/${uuid.toUpperCase()}?x=Y`,
  ])('GET leads to the page: %#', async (pathOf) => {
    const { uuid } = site.addKey()
    const { status, body } = await send(`GET ${pathOf(uuid)}`, 'Accept: text/html\r\n')
    expect(status).toBe(200)
    expect(body).toContain(`/temp-keys/${uuid}/open`)
  })

  test('POST opens', async () => {
    const { uuid } = site.addKey()
    const { status, head } = await send(`POST /TEMP-KEYS/${uuid.toUpperCase()}/OPEN`, 'Content-Length: 0\r\n')
    expect([status, head.includes(`ocation: /temp-keys/${uuid}`)]).toEqual([303, true])
  })

  test('and a query keeps its case, for the ids of openings differ by it', () => {
    expect(inUsualCase('/TEMP-KEYS/AB/OPEN?opening=Aa')).toBe('/temp-keys/ab/open?opening=Aa')
  })

  test('but nothing else is guessed: an opening’s id differs by case, and other paths are as they are', async () => {
    const { uuid } = site.addKey()
    expect(await reasonOf('GET /HEALTHZ')).toBe('404 route-not-found')
    expect(await reasonOf(`GET /TEMP-KEYS/${uuid.toUpperCase()}/OTHER`)).toBe('404 route-not-found')
    expect(await reasonOf(`GET /TEMP-KEYS/${uuid.toUpperCase()}?opening=${'A'.repeat(22)}`)).toBe(
      '404 opening-not-found',
    )
  })
})

describe('a target that is a whole URL', () => {
  test.each(['http://127.0.0.1', 'http://localhost:8080', 'HTTPS://KEYS.EXAMPLE.ORG'])(
    'at a host of ours is answered: %s',
    async (origin) => {
      const { uuid } = site.addKey()
      expect((await send(`GET ${origin}/healthz`)).status).toBe(200)
      expect((await send(`GET ${origin}/TEMP-KEYS/${uuid.toUpperCase()}`)).status).toBe(200)
    },
  )

  test.each([
    'http://evil.example',
    'https://evil.example:443',
    'http://127.0.0.1@evil.example',
    'http://',
    'http://:80',
  ])('at another host is 421, whatever Host says: %s', async (origin) => {
    const { uuid } = site.addKey()
    expect(await reasonOf(`GET ${origin}/healthz`)).toBe('421 foreign-host')
    expect(await reasonOf(`POST ${origin}/temp-keys/${uuid}/open`, 'Content-Length: 0\r\n')).toBe('421 foreign-host')
    expect(site.link.sent).toEqual([])
  })
})

describe('a transfer coding that nobody reads', () => {
  test.each(['GET', 'POST', 'TRACE', 'HEAD', 'DELETE'])(
    'is answered once, and the connection ends: %s',
    async (method) => {
      for (const coding of ['gzip', 'chunked, gzip', 'x']) {
        const { status, answers, head } = await send(`${method} /healthz`, `Transfer-Encoding: ${coding}\r\n`)
        expect([method, coding, status, answers, /\r\nconnection: close/i.test(head)]).toEqual([
          method,
          coding,
          400,
          1,
          true,
        ])
      }
    },
  )
})
