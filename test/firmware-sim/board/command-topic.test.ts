import { readFileSync } from 'node:fs'
import { importSPKI } from 'jose'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { commandTopicReader } from '#firmware-sim/board/command-topic.ts'
import { lockIdFromNumber, parseSiteId } from '#protocol/ids.ts'

const golden = z.object({
  keys: z.object({ gateway: z.object({ publicPem: z.string() }) }),
  vectors: z.array(
    z.object({
      name: z.string(),
      topic: z.string(),
      message: z.string(),
      valid: z.boolean(),
      check: z.string().nullable(),
    }),
  ),
})
const file = golden.parse(JSON.parse(readFileSync('protocol/vectors.json', 'utf8')))
const site = parseSiteId('north')
const lockId = lockIdFromNumber(17)
if (site === null || lockId === null) throw new Error('not an id')
const reader = commandTopicReader(site, lockId, await importSPKI(file.keys.gateway.publicPem, 'ES256'))

/** Vectors that judge a message as the other of the two kinds that this topic carries, which no lock has to do. */
const asTheOtherKind = ['receipt-as-command', 'command-as-receipt']
const vectors = file.vectors.filter(
  ({ topic, name }) => topic === 'latchkey/v1/north/17/command' && !asTheOtherKind.includes(name),
)
const named = (name: string) => vectors.find((vector) => vector.name === name)?.message ?? ''

describe('what comes on the command topic', () => {
  it.each(vectors.filter(({ valid }) => !valid))(
    'is dropped by the check that the contract names: $name',
    async (vector) => {
      const heard = await reader.hear(vector.message, false)
      expect(heard).toMatchObject({ kind: 'dropped', why: expect.stringMatching(new RegExp(`^${vector.check}`)) })
    },
  )

  it.each<[string, string]>([
    ['open', 'command'],
    ['open-directly', 'command'],
    ['open-with-unknown-member', 'command'],
    ['command-with-unknown-op', 'command'],
    ['packet-of-1024-bytes', 'command'],
    ['outcome-question', 'outcome-question'],
    ['hello-question', 'hello-question'],
    ['receipt', 'receipt'],
    ['receipt-of-sixteen', 'receipt'],
  ])('is heard: %s', async (name, kind) => {
    expect((await reader.hear(named(name), false)).kind).toBe(kind)
  })

  it('is dropped when it is a command that tells neither boot nor counter, for nothing true could be signed', async () => {
    expect((await reader.hear(named('command-with-unknown-op-alone'), false)).kind).toBe('dropped')
  })

  it('is dropped when it was retained, however well it is signed', async () => {
    expect(await reader.hear(named('open'), true)).toEqual({ kind: 'dropped', why: 'retained' })
  })
})
