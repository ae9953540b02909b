import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { SCOPES } from '#domain/access/caller.ts'
import { type ApiSite, keyBody, startApiSite } from '#test/http/support/api-site.ts'
import { faultsOf, jsonOf, type Operation, readDocument } from '#test/http/support/openapi-document.ts'
import { lockId } from '#test/store/support/store-site.ts'

let site: ApiSite
let operations: readonly Operation[]
let headers: Record<string, string>
beforeAll(async () => {
  site = await startApiSite()
  operations = readDocument((await site.ask('GET', '/openapi.json')).json()).operations
  // As the reference page itself would ask.
  headers = { ...(await site.service([...SCOPES])), 'sec-fetch-site': 'same-origin' }
})
afterAll(async () => await site.close())

const newKey = async (): Promise<string> => {
  const body = keyBody()
  expect((await site.ask('POST', '/locks/101/create-temp-key', headers, body)).statusCode).toBe(200)
  return body.tempKeyUuid
}
const newOpening = async (): Promise<string> => {
  const answer = await site.ask('POST', `/temp-keys/${await newKey()}/open`)
  return z.looseObject({ openingId: z.string() }).parse(answer.json()).openingId
}
const newPerson = async (): Promise<string> => {
  const body = { name: randomUUID(), role: 'technician' }
  const answer = await site.ask('POST', '/staff', headers, body)
  return z.looseObject({ staff: z.looseObject({ staffId: z.string() }) }).parse(answer.json()).staff.staffId
}
const newAlarm = async (): Promise<string> => {
  const sighting = { kind: 'lock-jammed', lockId: lockId(101), about: null, times: 1 } as const
  await site.alarms.raiseAlarm({ sighting, atMs: site.clock.nowMs() })
  const { alarms } = z
    .looseObject({ alarms: z.array(z.looseObject({ alarmId: z.number() })) })
    .parse((await site.ask('GET', '/alarms', headers)).json())
  return String(alarms[0]?.alarmId)
}
const bodyOf = (one: Operation): Record<string, unknown> | undefined => {
  const example = one.requestBody?.content['application/json']?.example
  return example === undefined ? undefined : z.record(z.string(), z.unknown()).parse(example)
}

/** What a document can't know: which lock and which key are there, and what an example must not name twice. */
const HERE: Readonly<
  Record<string, (one: Operation) => Promise<{ body?: object; id?: string; status?: number; without?: string[] }>>
> = {
  createLock: async (one) => ({ id: '555', body: { ...bodyOf(one), uuid: randomUUID() } }),
  createTempKey: async (one) => ({ body: { ...bodyOf(one), tempKeyUuid: randomUUID() } }),
  updateTempKey: async (one) => ({ body: { ...bodyOf(one), tempKeyUuid: await newKey() } }),
  deleteTempKey: async () => ({ body: { tempKeyUuid: await newKey() } }),
  acknowledgeAlarm: async () => ({ id: await newAlarm() }),
  muteAlarms: async (one) => ({ body: { ...bodyOf(one), lockId: 101 } }),
  unmuteAlarms: async (one) => ({ body: { ...bodyOf(one), lockId: 101 } }),
  beginSession: async () => ({ body: { token: (await site.user()).authorization?.slice(7), state: 'any' } }),
  // Begun in no browser, which is what the state is there for.
  finishSession: async () => ({ body: { handle: 'none', state: 'none' }, status: 403 }),
  useTempKey: async () => ({ status: 501 }),
  // No lock of this site has an area, and places of the log are of another one.
  findTempKeys: async () => ({ without: ['area'] }),
  revokeTempKeys: async () => ({ body: { tempKeyUuids: [await newKey()] } }),
  readEvents: async () => ({ without: ['area', 'before', 'newerThan'] }),
}
/** These name what is not there on a new site. */
const LEFT_OUT: ReadonlySet<string> = new Set(['opening', 'cursor', 'after', 'page'])

test('each operation, asked as its examples say, answers with a documented status and a body of its schema', async () => {
  const driven: [string, number][] = []
  for (const one of operations) {
    const here = (await HERE[one.operationId]?.(one)) ?? {}
    const inPath: Record<string, string> = {
      id: here.id ?? '101',
      uuid: one.path.includes('{uuid}') ? await newKey() : '',
      staffId: one.path.includes('{staffId}') ? await newPerson() : '',
      openingId: one.path.includes('{openingId}') ? await newOpening() : '',
    }
    const query = one.parameters.filter(
      ({ in: where, name }) => where === 'query' && !LEFT_OUT.has(name) && here.without?.includes(name) !== true,
    )
    const search = new URLSearchParams(query.map(({ name, example }): [string, string] => [name, String(example)]))
    const url = `${one.path.replace(/\{(\w+)\}/g, (_, name: string) => inPath[name] ?? name)}?${search}`
    const body = here.body ?? bodyOf(one)
    const method = z.enum(['GET', 'POST', 'PATCH', 'DELETE']).parse(one.method)
    const answer = await site.ask(method, url, headers, body)

    driven.push([one.operationId, answer.statusCode])
    const expected = here.status === undefined ? /^[23]/ : new RegExp(`^${here.status}$`)
    expect([one.operationId, String(answer.statusCode), answer.body]).toEqual([
      one.operationId,
      expect.stringMatching(expected),
      answer.body,
    ])
    const json = jsonOf(one, answer.statusCode)
    if (json === null) throw new Error(`${one.operationId}: ${answer.statusCode} is not documented`)
    expect([one.operationId, faultsOf(json.schema, answer.json())]).toEqual([one.operationId, []])
  }
  expect(driven).toHaveLength(operations.length)
})

test('each operation, asked wrongly, is 400 as documented and names what is wrong; nothing is stored', async () => {
  const events = async () => (await site.ask('GET', '/events?limit=500', headers)).body
  const before = await events()
  const driven: string[] = []
  for (const one of operations) {
    const method = z.enum(['GET', 'POST', 'PATCH', 'DELETE']).parse(one.method)
    const inQuery = one.parameters.find(
      ({ in: where, name }) => where === 'query' && name !== 'area' && name !== 'name',
    )
    const inPath = /\{(\w+)\}/.exec(one.path)?.[1]
    const isStrict = one.requestBody?.content['application/json']?.schema.additionalProperties === false
    const wrongs: { url: string; body?: object; field: string }[] = []
    const url = one.path
      .replace('{id}', '101')
      .replace('{staffId}', '0'.repeat(16))
      .replace('{uuid}', randomUUID())
      .replace('{openingId}', 'a'.repeat(22))
    if (inPath !== undefined) {
      wrongs.push({
        url: one.path.replace(`{${inPath}}`, '1e2'),
        field: inPath,
        ...(isStrict && { body: bodyOf(one) ?? {} }),
      })
    }
    if (inQuery !== undefined) wrongs.push({ url: `${url}?${inQuery.name}=%20`, field: inQuery.name })
    if (isStrict) wrongs.push({ url, body: { ...bodyOf(one), unheardOf: 1 }, field: 'unheardOf' })
    const [inBody] = Object.keys(Object(one.requestBody?.content['application/json']?.schema.properties))
    if (inBody !== undefined) wrongs.push({ url, body: { ...bodyOf(one), [inBody]: { not: 'so' } }, field: inBody })
    if (one.operationId === 'useTempKey') continue
    for (const wrong of wrongs) {
      const answer = await site.ask(method, wrong.url, headers, wrong.body)
      const { details } = z
        .looseObject({ details: z.array(z.object({ field: z.string() })).default([]) })
        .parse(answer.json())
      expect([one.operationId, answer.statusCode, details.map(({ field }) => field)]).toEqual([
        one.operationId,
        400,
        expect.arrayContaining([wrong.field]),
      ])
      const json = jsonOf(one, 400)
      expect([
        one.operationId,
        json === null ? ['400 is not documented'] : faultsOf(json.schema, answer.json()),
      ]).toEqual([one.operationId, []])
      driven.push(one.operationId)
    }
  }
  expect(new Set(driven).size).toBe(operations.length - 5)
  expect(await events()).toBe(before)
})
