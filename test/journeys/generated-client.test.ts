import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import openapiTS, { astToString } from 'openapi-typescript'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Program } from '#test/support/program.ts'
import { withSite } from '#test/support/site-truth.ts'

/** As an integrator would write it: every path, body and answer is checked by the generated types. */
const PROGRAM = `
import createClient from 'openapi-fetch'
import type { paths } from './api.ts'

const [baseUrl = '', apiKey = ''] = process.argv.slice(2)
// Of the two media types, the one that a program reads.
const api = createClient<paths, 'application/json'>({ baseUrl, headers: { 'X-API-Key': apiKey } })
const tempKeyUuid = crypto.randomUUID()
const lock = { path: { id: '1' } }
const key = { path: { uuid: tempKeyUuid } }

const created = await api.POST('/locks/{id}/create-temp-key', {
  params: lock,
  body: {
    tempKeyUuid,
    accessMode: 'public',
    validFrom: new Date(Date.now() - 1_000).toISOString(),
    validUntil: new Date(Date.now() + 3_600_000).toISOString(),
    maxUses: 1,
  },
})
if (created.error) throw new Error(created.error.message)
// fetch follows the 303 to the key itself.
await api.POST('/temp-keys/{uuid}/open', { params: key })
const shown = await api.GET('/temp-keys/{uuid}', { params: key })
const revoked = await api.DELETE('/temp-keys/{uuid}', { params: key })
const again = await api.POST('/temp-keys/{uuid}/open', { params: key })
console.log(
  JSON.stringify({
    created: created.data.event?.type,
    state: shown.data?.latestOpening?.state,
    usedCount: shown.data?.usedCount,
    revoked: revoked.data?.event?.type,
    again: again.error?.reason,
  }),
)
`
const TSCONFIG = {
  compilerOptions: {
    ...{ target: 'es2024', module: 'nodenext', strict: true, noEmit: true, skipLibCheck: true },
    ...{ allowImportingTsExtensions: true, verbatimModuleSyntax: true, lib: ['es2024', 'dom'], types: ['node'] },
  },
  include: ['*.ts'],
}

test('a client generated from /openapi.json creates a key, opens the door and revokes the key', () =>
  withSite({}, async (site) => {
    const lock = await site.playLock(1)
    await site.owner((api) => api('PATCH', '/locks/1', { organization: 'acme' }))
    const made = await site.owner((api) =>
      api('POST', '/api-keys', { organization: 'acme', name: 'client', scopes: ['keys:read', 'keys:write'] }),
    )
    const { apiKey } = z.looseObject({ apiKey: z.string() }).parse(made.body)
    const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-client-'))
    try {
      const document = await (await fetch(`${site.url}/openapi.json`)).text()
      writeFileSync(path.join(folder, 'api.ts'), astToString(await openapiTS(document)))
      writeFileSync(path.join(folder, 'client.ts'), PROGRAM)
      writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG))
      writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}')
      symlinkSync(path.resolve('node_modules'), path.join(folder, 'node_modules'))
      const checked = await Program.run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder])
      expect(checked.stdout).toBe('')

      const ran = await Program.run(process.execPath, [path.join(folder, 'client.ts'), site.url, apiKey])
      expect(ran.stderr).toBe('')
      expect(JSON.parse(ran.stdout)).toEqual({
        created: 'TempKeyCreated',
        state: 'opened',
        usedCount: 1,
        revoked: 'TempKeyDeleted',
        again: 'key-revoked',
      })
      expect(lock.actuations).toBe(1)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }))
