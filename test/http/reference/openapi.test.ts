import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { REASONS } from '#http/contract/reasons.ts'
import { type ApiSite, startApiSite } from '#test/http/support/api-site.ts'
import { faultsOf, readDocument } from '#test/http/support/openapi-document.ts'

let site: ApiSite
let document: ReturnType<typeof readDocument>
beforeAll(async () => {
  site = await startApiSite()
  document = readDocument((await site.ask('GET', '/openapi.json')).json())
})
afterAll(async () => await site.close())

test('is OpenAPI 3.1 that a public linter has nothing against but the answers that a door has', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'latchkey-openapi-'))
  try {
    const file = path.join(folder, 'openapi.json')
    await writeFile(file, (await site.ask('GET', '/openapi.json', { host: '127.0.0.1' })).body)
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
    const lint = promisify(execFile)('node_modules/.bin/redocly', ['lint', '--format=json', file], { env })
    const report = z.object({
      totals: z.object({ errors: z.number(), warnings: z.number() }),
      problems: z.array(
        z.looseObject({ ruleId: z.string(), location: z.array(z.looseObject({ pointer: z.string() })) }),
      ),
    })
    const { stdout } = await lint
    const { totals, problems } = report.parse(JSON.parse(stdout.slice(stdout.indexOf('{'))))
    expect(totals.errors).toBe(0)
    // A success that is a 303, and a route that is not served.
    expect(problems.map(({ ruleId, location }) => [ruleId, location[0]?.pointer]).sort()).toEqual([
      ['operation-2xx-response', '#/paths/~1locks~1{id}~1use-temp-key/post/responses'],
      ['operation-2xx-response', '#/paths/~1session~1finish/post/responses'],
      ['operation-2xx-response', '#/paths/~1temp-keys~1{uuid}~1open/post/responses'],
    ])
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** What only pages of the console answer, which no program asks for. */
const OF_THE_CONSOLE: readonly string[] = ['not-signed-in', 'code-invalid', 'form-stale', 'plain-http']

test('names every reason of the closed table with its status, and no other', () => {
  const named = new Map<string, number>()
  for (const { responses } of document.operations) {
    for (const [status, { content }] of Object.entries(responses)) {
      for (const reason of Object.keys(content?.['application/json']?.examples ?? {})) named.set(reason, Number(status))
    }
  }
  const table = Object.entries(REASONS).flatMap(([reason, { status }]): [string, number][] =>
    OF_THE_CONSOLE.includes(reason) ? [] : [[reason, status]],
  )
  expect([...named].sort()).toEqual(table.sort())
})

test('tells of 403, 413 and 415 wherever something is sent: each of them can be the answer', () => {
  const lacking = Object.entries(document.paths).flatMap(([at, operations]) =>
    Object.entries(operations)
      .filter(([method]) => method !== 'get')
      .flatMap(([method, { responses }]) =>
        ['403', '413', '415'].filter((status) => responses[status] === undefined).map((s) => `${method} ${at} ${s}`),
      ),
  )
  expect(lacking).toEqual([])
})

test('knows every route that this listener serves to somebody, and both kinds of credentials', () => {
  const served = document.operations.map(({ method, path: at }) => `${method} ${at}`).sort()
  expect(served).toEqual([
    'DELETE /staff/{staffId}',
    'DELETE /temp-keys/{uuid}',
    'GET /alarms',
    'GET /alarms/mutes',
    'GET /events',
    'GET /healthz',
    'GET /locks',
    'GET /locks/{id}/basic-info',
    'GET /locks/{id}/details',
    'GET /locks/{id}/events',
    'GET /locks/{id}/temp-keys',
    'GET /openings/{openingId}',
    'GET /readyz',
    'GET /staff',
    'GET /staff/events',
    'GET /temp-keys',
    'GET /temp-keys/{uuid}',
    'PATCH /staff/{staffId}',
    'POST /alarms/mutes',
    'POST /alarms/unmute',
    'POST /alarms/{id}/acknowledge',
    'POST /locks/{id}/CreateLock',
    'POST /locks/{id}/OpenLock',
    'POST /locks/{id}/SetOrganization',
    'POST /locks/{id}/SetOwner',
    'POST /locks/{id}/create-temp-key',
    'POST /locks/{id}/delete-temp-key',
    'POST /locks/{id}/update-temp-key',
    'POST /locks/{id}/use-temp-key',
    'POST /session',
    'POST /session/end',
    'POST /session/finish',
    'POST /staff',
    'POST /staff/{staffId}/code',
    'POST /temp-keys/revoke',
    'POST /temp-keys/{uuid}',
    'POST /temp-keys/{uuid}/open',
  ])
  expect(document.components.securitySchemes).toMatchObject({
    bearer: { type: 'http', scheme: 'bearer' },
    apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
  })
  const needsCredential = document.operations.filter(({ security }) => security.some((one) => 'apiKey' in one))
  expect(needsCredential.every(({ responses }) => '401' in responses && '403' in responses)).toBe(true)
  expect(needsCredential).toHaveLength(27)
})

describe('each operation', () => {
  test('has a summary, an id of its own, and samples in five languages', () => {
    const ids = document.operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { operationId, 'x-codeSamples': samples, description } of document.operations) {
      expect([operationId, samples.map(({ label }) => label)]).toEqual([
        operationId,
        ['curl', 'Python', 'JavaScript', 'Go', 'Ruby'],
      ])
      for (const { source } of samples) expect(String(description)).toContain(source)
    }
  })

  test('shows examples that are what their schemas say', () => {
    const shown: [string, readonly string[]][] = []
    const missing: string[] = []
    for (const { operationId, parameters, requestBody, responses } of document.operations) {
      for (const { name, schema, example } of parameters) {
        if (example === undefined) missing.push(`${operationId} ${name}`)
        else shown.push([`${operationId} ${name}`, faultsOf(schema, example)])
      }
      const body = requestBody?.content['application/json']
      if (body?.example !== undefined) shown.push([`${operationId} body`, faultsOf(body.schema, body.example)])
      for (const [status, { content }] of Object.entries(responses)) {
        const json = content?.['application/json']
        if (json === undefined) continue
        const examples =
          json.examples === undefined ? [json.example] : Object.values(json.examples).map((one) => one.value)
        for (const example of examples) {
          if (example === undefined) missing.push(`${operationId} ${status}`)
          else shown.push([`${operationId} ${status}`, faultsOf(json.schema, example)])
        }
      }
    }
    expect(shown.filter(([, faults]) => faults.length > 0)).toEqual([])
    expect(missing).toEqual([])
    expect(shown.length).toBeGreaterThan(300)
  })
})

test('the reference page is served whole from here, under a policy that lets nothing else in', async () => {
  const page = await site.ask('GET', '/docs/')
  expect(page.statusCode).toBe(200)
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
  const linked = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url)
  expect(linked.length).toBeGreaterThan(3)
  expect(linked.filter((url) => /^(https?:)?\/\//.test(url ?? ''))).toEqual([])
})
