import { rename, rm, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TokenLab } from './token-lab.ts'

let lab: TokenLab
beforeEach(async () => {
  lab = await TokenLab.start()
})
afterEach(() => lab.close())

describe('the file of keys', () => {
  const rotated = async () => await lab.sign({}, { kid: 'second' }, lab.second)

  test('counts within a second after it changed, without a restart', async () => {
    const tokens = await lab.verifier()
    expect(await tokens.verify(await rotated())).toBeNull()
    await writeFile(`${lab.jwksFile}.new`, await lab.jwks({ kid: 'second', pair: lab.second }))
    await rename(`${lab.jwksFile}.new`, lab.jwksFile)
    lab.elapsedMs += 999
    expect(await tokens.verify(await rotated())).toBeNull()
    lab.elapsedMs += 1
    expect(await tokens.verify(await rotated())).toMatchObject({ userId: 'alice' })
    expect(await tokens.verify(await lab.sign())).toBeNull()
  })

  test.each([
    ['half-written', '{"keys":[{"kty":"EC","crv":"P-2'],
    ['empty', ''],
    ['without keys', '{"keys":[]}'],
    ['only secrets', '{"keys":[{"kty":"oct","k":"c2VjcmV0","alg":"HS256"}]}'],
    ['only keys for encryption', '{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA","use":"enc"}]}'],
    ['with a point that is on no curve', '{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}'],
    ['no key set', '[]'],
    ['gone', null],
  ])('leaves the old keys in place when it is %s, says so once, and counts again when it is whole', async (_, text) => {
    const tokens = await lab.verifier()
    if (text === null) await rm(lab.jwksFile)
    else await writeFile(lab.jwksFile, text)
    for (let tries = 0; tries < 3; tries += 1) {
      lab.elapsedMs += 1_000
      expect(await tokens.verify(await lab.sign())).toMatchObject({ userId: 'alice' })
    }
    expect(lab.log.logged().match(/token keys not usable/g)).toHaveLength(1)
    await lab.putKeys({ kid: 'second', pair: lab.second })
    lab.elapsedMs += 1_000
    expect(await tokens.verify(await rotated())).toMatchObject({ userId: 'alice' })
  })

  test.each([
    ['there is no such file', null],
    ['is not JSON', '{"keys":'],
    ['is not a JSON Web Key Set', '{}'],
    ['has no public signing key for ES256', '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}'],
  ])('stops the start with one sentence: %s', async (sentence, text) => {
    if (text === null) await rm(lab.jwksFile)
    else await writeFile(lab.jwksFile, text)
    const error = await lab.verifier().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toContain(sentence)
    expect(String(error)).not.toContain('\n')
  })

  test.each([[['HS256']], [['ES256', 'none']], [[]]])('is not read for algorithms %j', async (algorithms) => {
    await expect(lab.verifier({ algorithms })).rejects.toThrow(/jwt\.algorithms/)
  })
})
