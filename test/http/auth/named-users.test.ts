import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseUserId } from '#protocol/ids.ts'
import { errorAnswer, tempKeyAnswer } from '#test/http/support/answer-schemas.ts'
import { present } from '#test/http/support/route-samples.ts'
import { startRouteSite } from '#test/http/support/route-site.ts'
import { TokenLab } from './token-lab.ts'

let lab: TokenLab
beforeEach(async () => {
  lab = await TokenLab.start()
})
afterEach(() => lab.close())

const credentials = (
  authorization: string | string[] | undefined,
  accept: string,
): Record<string, string | string[]> => (authorization === undefined ? { accept } : { accept, authorization })

describe('a key for named users', () => {
  const userId = present(parseUserId('alice'))
  const withTokens = async () => {
    const site = await startRouteSite({ tokens: await lab.verifier() })
    const key = site.addKey({ accessMode: 'user-whitelist', allowedUserIds: [userId] })
    const ask = (method: 'GET' | 'POST', authorization?: string | string[], accept = '*/*') =>
      site.app.inject({
        method,
        url: `/temp-keys/${key.uuid}${method === 'POST' ? '/open' : ''}`,
        headers: credentials(authorization, accept),
      })
    return { site, ask }
  }

  test('opens for them, and shows itself to them', async () => {
    const { ask } = await withTokens()
    expect((await ask('POST', `Bearer ${await lab.sign()}`)).statusCode).toBe(303)
    expect(tempKeyAnswer.parse((await ask('GET', `bearer ${await lab.sign()}`)).json())).toMatchObject({ usedCount: 1 })
  })

  test.each([
    ['token-missing', undefined],
    ['token-missing', 'Bearer'],
    ['token-missing', 'Basic YWxpY2U6eA=='],
    ['token-invalid', 'Bearer undefined'],
    ['token-invalid', 'Bearer <token>'],
    ['token-invalid', ['Bearer a', 'Bearer b']],
  ])('is 401 %s with %j, and says nothing of the door', async (reason, authorization) => {
    const { site, ask } = await withTokens()
    for (const method of ['GET', 'POST'] as const) {
      const answer = await ask(method, authorization)
      expect(answer.statusCode).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Bearer')
      expect(errorAnswer.parse(answer.json()).reason).toBe(reason)
      expect(answer.body).not.toMatch(/Side entrance|2026-/)
    }
    expect(site.link.sent).toHaveLength(0)
  })

  test('is 403 for somebody else, and says nothing of the door', async () => {
    const { site, ask } = await withTokens()
    for (const [method, accept] of [
      ['GET', '*/*'],
      ['POST', '*/*'],
      ['GET', 'text/html'],
      ['POST', 'text/html'],
    ] as const) {
      const answer = await ask(method, `Bearer ${await lab.sign({ sub: 'Alice' })}`, accept)
      expect(answer.statusCode).toBe(403)
      expect(answer.body).not.toMatch(/Side entrance|24 Nov|2026-/)
      if (accept === '*/*') expect(errorAnswer.parse(answer.json()).reason).toBe('not-whitelisted')
    }
    expect(site.link.sent).toHaveLength(0)
  })

  test('has no good token where none is configured', async () => {
    const site = await startRouteSite()
    const key = site.addKey({ accessMode: 'user-whitelist', allowedUserIds: [userId] })
    const headers = { authorization: `Bearer ${await lab.sign()}` }
    const answer = await site.app.inject({ method: 'POST', url: `/temp-keys/${key.uuid}/open`, headers })
    expect(errorAnswer.parse(answer.json()).reason).toBe('token-invalid')
  })
})
