import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { SiteDir } from '#test/support/site-dir.ts'

describe.each([{ gateway: 'running' }, { gateway: 'absent' }])(
  'with the gateway $gateway, the command line',
  ({ gateway }) => {
    let dir: SiteDir
    beforeAll(async () => {
      dir = await SiteDir.make()
      if (gateway === 'running') await dir.serve()
    })
    afterAll(async () => await dir[Symbol.asyncDispose]())

    test('makes an API key, shows it once, lists it without its secret, and revokes it', async () => {
      const view = z.looseObject({ id: z.string(), scopes: z.array(z.string()), revokedAt: z.string().nullable() })
      const made = await dir.ask(
        view.extend({ apiKey: z.string(), expiresAt: z.string() }),
        ...['api-key', 'create', '--org', 'acme', '--name', 'booking', '--expires', '+90d'],
        ...['--scope', 'keys:read', '--scope', 'keys:write,locks:open'],
      )
      expect(made.scopes).toEqual(['keys:read', 'keys:write', 'locks:open'])
      const list = await dir.latchkey('api-key', 'list')
      expect(list.stdout).toMatch(new RegExp(`^ *${made.id} .*booking +acme +keys:read keys:write locks:open`, 'm'))
      expect(list.stdout).not.toContain(made.apiKey.slice(20))
      const wrong = await dir.latchkey('api-key', 'create', '--org', 'acme', '--name', 'x', '--scope', 'keys:all')
      expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('scopes.0: must be one of keys:read') })
      expect((await dir.latchkey('api-key', 'create', '--name', 'x', '--scope', 'keys:read')).stderr).toMatch(
        /give --org/,
      )
      expect((await dir.ask(view, 'api-key', 'revoke', made.apiKey)).revokedAt).not.toBeNull()
      expect((await dir.latchkey('api-key', 'revoke', made.id)).stdout).toContain('revoked before')
      expect((await dir.latchkey('api-key', 'list')).stdout).toMatch(/revoked 20/)
    })
  },
)
