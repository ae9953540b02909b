import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import openapiTS, { astToString } from 'openapi-typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Program } from '#test/support/program.ts'
import { TestSite } from '#test/support/site.ts'

/** The facts of the vendor's document: paths, members, types, statuses. A client made from them is the judge. */
const FACTS = path.resolve('test/support/vendor-api.json')

/** As somebody wrote it for the vendor: every call is checked by the types of the vendor's document alone. */
const PROGRAM = `
import createClient from 'openapi-fetch'
import type { paths } from './vendor.ts'

const [baseUrl = '', apiKey = ''] = process.argv.slice(2)
const exchanges: unknown[] = []
const api = createClient<paths>({ baseUrl, headers: { 'X-API-Key': apiKey } })
api.use({
  async onResponse({ request, response, schemaPath }) {
    const text = await response.clone().text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
    const body = isJson ? JSON.parse(text) : null
    exchanges.push({ method: request.method.toLowerCase(), path: schemaPath, status: response.status, body })
  },
})
const at = (ms: number) => new Date(Date.now() + ms).toISOString()
const of = (id: number) => ({ path: { id } })
const tempKeyUuid = crypto.randomUUID()
const body = { tempKeyUuid, accessMode: 'public' as const, allowedUserIds: [], validFrom: at(-60_000), validUntil: at(3_600_000) }
const key = { path: { uuid: tempKeyUuid } }
const nobody = { headers: { 'X-API-Key': 'none' } }
const none = { path: { uuid: crypto.randomUUID() } }

await api.POST('/locks/{id}/create-temp-key', { params: of(1), body: { ...body, maxUses: 1, description: 'parcel' } })
await api.POST('/locks/{id}/create-temp-key', { params: of(1), body: { ...body, maxUses: 1, description: 'parcel' } })
await api.POST('/locks/{id}/create-temp-key', { params: of(1), body: { ...body, tempKeyUuid: 'x' } })
await api.POST('/locks/{id}/create-temp-key', { params: of(1), body, ...nobody })
await api.GET('/locks/{id}/temp-keys', { params: of(1) })
await api.GET('/locks/{id}/temp-keys', { params: of(404) })
await api.POST('/temp-keys/{uuid}/open', { params: key, redirect: 'manual' })
const over = { ...body, tempKeyUuid: crypto.randomUUID(), validFrom: at(-7_200_000), validUntil: at(-3_600_000) }
await api.POST('/locks/{id}/create-temp-key', { params: of(1), body: over })
await api.POST('/temp-keys/{uuid}/open', { params: { path: { uuid: over.tempKeyUuid } }, redirect: 'manual' })
await api.POST('/temp-keys/{uuid}/open', { params: none, redirect: 'manual' })
await api.POST('/locks/{id}/update-temp-key', { params: of(1), body: { tempKeyUuid, maxUses: null } })
await api.POST('/locks/{id}/update-temp-key', { params: of(1), body: { tempKeyUuid } })
await api.POST('/locks/{id}/update-temp-key', { params: of(1), body: { tempKeyUuid: none.path.uuid } })
await api.POST('/locks/{id}/update-temp-key', { params: of(1), body: { tempKeyUuid: 'x' } })
await api.POST('/locks/{id}/delete-temp-key', { params: of(1), body: { tempKeyUuid } })
await api.POST('/locks/{id}/delete-temp-key', { params: of(1), body: { tempKeyUuid } })
await api.POST('/locks/{id}/delete-temp-key', { params: of(1), body: { tempKeyUuid: none.path.uuid } })
await api.POST('/locks/{id}/use-temp-key', { params: of(1), body: { tempKeyUuid } })
await api.POST('/locks/{id}/OpenLock', { params: of(1), body: {} })
await api.POST('/locks/{id}/OpenLock', { params: of(1) })
await api.POST('/locks/{id}/OpenLock', { params: of(1), body: { requestId: 'r'.repeat(200), reason: '' } })
await api.POST('/locks/{id}/OpenLock', { params: of(1), body: { requestId: '', reason: 'two\\nlines' } })
await api.POST('/locks/{id}/OpenLock', { params: of(404), body: {} })
await api.POST('/locks/{id}/OpenLock', { params: of(1), body: {}, ...nobody })
const lock = { index: 7, uuid: crypto.randomUUID() }
await api.POST('/locks/{id}/CreateLock', { params: of(7), body: { ...lock, keys: [{ uuid: crypto.randomUUID() }] } })
await api.POST('/locks/{id}/CreateLock', { params: of(7), body: { ...lock } })
await api.POST('/locks/{id}/CreateLock', { params: of(7), body: { ...lock, uuid: 'x' } })
const named = { serialNumber: 'S'.repeat(800), vendorName: 'V', ownerId: 'ada' }
await api.POST('/locks/{id}/CreateLock', { params: of(8), body: { index: 8, uuid: crypto.randomUUID(), ...named } })
await api.POST('/locks/{id}/SetOwner', { params: of(7), body: { userId: 'ada' } })
await api.POST('/locks/{id}/SetOwner', { params: of(404), body: { userId: 'ada' } })
await api.POST('/locks/{id}/SetOwner', { params: of(7), body: { userId: 'ada' }, ...nobody })
for (const id of [1, 7, 8, 404]) {
  await api.GET('/locks/{id}/details', { params: of(id) })
  await api.GET('/locks/{id}/basic-info', { params: of(id) })
  await api.GET('/locks/{id}/events', { params: { path: { id }, query: { page: '1' } } })
}
await api.GET('/locks/{id}/events', { params: of(1) })
await api.POST('/locks/{id}/SetOrganization', { params: of(7), body: { orgId: 'other' } })
await api.POST('/locks/{id}/SetOrganization', { params: of(404), body: { orgId: 'other' } })
await api.POST('/locks/{id}/SetOrganization', { params: of(1), body: { orgId: 'other' }, ...nobody })
console.log(JSON.stringify(exchanges))
`
const TSCONFIG = {
  compilerOptions: {
    ...{ target: 'es2024', module: 'nodenext', strict: true, noEmit: true, skipLibCheck: true },
    ...{ allowImportingTsExtensions: true, verbatimModuleSyntax: true, lib: ['es2024', 'dom'], types: ['node'] },
  },
  include: ['*.ts'],
}
const exchanges = z.array(
  z.object({ method: z.enum(['get', 'post']), path: z.string(), status: z.int(), body: z.unknown() }),
)
type Exchange = z.infer<typeof exchanges>[number]
const documentOf = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({ responses: z.record(z.string(), z.looseObject({ content: z.unknown().optional() })) }),
    ),
  ),
})

let site: TestSite
let seen: readonly Exchange[]
let ours: z.infer<typeof documentOf>
const theirs = documentOf.parse(JSON.parse(readFileSync(FACTS, 'utf8')))
const judge = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
judge.addSchema(JSON.parse(readFileSync(FACTS, 'utf8')), 'vendor')

beforeAll(async () => {
  site = await TestSite.start({
    config: { site: { id: 'test', name: 'Test House', timeZone: 'Europe/Berlin', organization: 'acme' } },
  })
  await site.playLock(1)
  const scopes = ['keys:read', 'keys:write', 'locks:read', 'locks:open', 'locks:admin'] as const
  const apiKey = await site.createApiKey('acme', ...scopes)
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-vendor-'))
  try {
    writeFileSync(path.join(folder, 'vendor.ts'), astToString(await openapiTS(readFileSync(FACTS, 'utf8'))))
    writeFileSync(path.join(folder, 'client.ts'), PROGRAM)
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG))
    writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}')
    symlinkSync(path.resolve('node_modules'), path.join(folder, 'node_modules'))
    const checked = await Program.run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder])
    expect(checked.stdout).toBe('')
    const ran = await Program.run(process.execPath, [path.join(folder, 'client.ts'), site.url, apiKey])
    expect(ran.stderr).toBe('')
    seen = exchanges.parse(JSON.parse(ran.stdout))
  } finally {
    rmSync(folder, { recursive: true })
  }
  ours = documentOf.parse(await (await fetch(`${site.url}/openapi.json`)).json())
}, 120_000)
afterAll(async () => await site[Symbol.asyncDispose]())

const nameOf = ({ method, path: at, status }: Exchange) => `${method} ${at} ${status}`
const pointerOf = ({ method, path: at, status }: Exchange) =>
  `vendor#/paths/${encodeURIComponent(at.replaceAll('/', '~1'))}/${method}/responses/${status}/content/application~1json/schema`

describe('a client that was made for the vendor’s API', () => {
  test('reads each answer as the vendor’s document has it', () => {
    const flaws = seen.flatMap((exchange) => {
      const content = theirs.paths[exchange.path]?.[exchange.method]?.responses[exchange.status]?.content
      if (content === undefined || !('application/json' in Object(content))) return []
      const validate = judge.getSchema(pointerOf(exchange))
      if (validate === undefined) throw new Error(`no schema of ${nameOf(exchange)}`)
      return validate(exchange.body) ? [] : [`${nameOf(exchange)}: ${judge.errorsText(validate.errors)}`]
    })
    expect(flaws).toEqual([])
  })

  test('is given what it asked for, in every way in which the vendor lets it ask', () => {
    const statuses = (at: string) => seen.filter((exchange) => exchange.path === at).map(({ status }) => status)
    expect(statuses('/locks/{id}/create-temp-key')).toEqual([200, 200, 400, 401, 200])
    expect(statuses('/temp-keys/{uuid}/open')).toEqual([303, 400, 404])
    expect(statuses('/locks/{id}/update-temp-key')).toEqual([200, 200, 404, 400])
    expect(statuses('/locks/{id}/delete-temp-key')).toEqual([200, 200, 404])
    expect(statuses('/locks/{id}/OpenLock')).toEqual([200, 200, 200, 200, 404, 401])
    expect(statuses('/locks/{id}/CreateLock')).toEqual([201, 200, 400, 201])
    expect(statuses('/locks/{id}/SetOwner')).toEqual([200, 404, 401])
    expect(statuses('/locks/{id}/SetOrganization')).toEqual([200, 404, 401])
    expect(statuses('/locks/{id}/details')).toEqual([200, 200, 200, 404])
    expect(statuses('/locks/{id}/events')).toEqual([200, 200, 200, 404, 200])
  })

  test('finds each status that the vendor does not name in our document, with its reasons', () => {
    for (const exchange of seen) {
      const { method, path: at, status } = exchange
      if (theirs.paths[at]?.[method]?.responses[status] !== undefined) continue
      const answer = ours.paths[at]?.[method]?.responses[status]
      expect(JSON.stringify(answer ?? null), nameOf(exchange)).toContain('"reason"')
    }
  })
})
