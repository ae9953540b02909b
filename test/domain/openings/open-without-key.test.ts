import { describe, expect, test } from 'vitest'
import type { OpenWithoutKeyRequest } from '#domain/openings/open-without-key.ts'
import { apiKeyId, org } from '#test/support/ids.ts'
import { settled } from '#test/support/manual-clock.ts'
import { OpeningLab } from './opening-lab.ts'

const acme = { kind: 'service', organization: org('acme') } as const
const acmeByApiKey = { ...acme, apiKeyId: apiKeyId('0123456789abcdef') } as const

function begun(lab: OpeningLab, difference: Partial<OpenWithoutKeyRequest> = {}) {
  return lab.openWithoutKey({ principal: acme, ...difference })
}
async function opened(lab: OpeningLab, difference: Partial<OpenWithoutKeyRequest> = {}) {
  const asked = begun(lab, difference)
  await settled()
  return asked
}

test('opens the door for no key, spends no use, and stores who did it and why', async () => {
  const lab = new OpeningLab()
  const { outcome } = await opened(lab, { said: { reason: 'parcel', requestId: 'r-1' } })
  expect(outcome).toMatchObject({ kind: 'opened', opening: { tempKeyUuid: null } })
  expect(lab.link.sent).toMatchObject([{ keyRef: null }])
  expect(lab.store.rows.keys.get(lab.key.uuid)).toMatchObject({ usedCount: 0, heldCount: 0 })
  expect(JSON.stringify(lab.store.rows.events)).toContain('parcel')
})

test.each(['not-owner', 'wrong-organization', 'token-invalid', 'api-key-invalid'] as const)(
  'a right that ended while the caller waited for its turn opens nothing: %s',
  async (kind) => {
    const lab = new OpeningLab()
    const { outcome } = await opened(lab, { refusal: () => kind })
    expect(outcome).toEqual({ kind })
    expect([lab.link.sent.length, lab.openings.length]).toEqual([0, 0])
  },
)

test.each([
  ['lock-offline', (lab: OpeningLab) => Object.assign(lab.link, { online: false })],
  ['shutting-down', (lab: OpeningLab) => Object.assign(lab, { shuttingDown: true })],
  ['clock-untrusted', (lab: OpeningLab) => Object.assign(lab, { lastStoredMs: lab.clock.nowMs() + 5 * 60_000 + 1 })],
] as const)('sends nothing while the answer is %s', async (kind, make) => {
  const lab = new OpeningLab()
  make(lab)
  expect((await opened(lab)).outcome).toEqual({ kind })
  expect([lab.link.sent.length, lab.openings.length]).toEqual([0, 0])
})

describe('an Idempotency-Key', () => {
  const idempotencyKey = 'once'
  const said = { reason: 'parcel', requestId: null }

  test('opens once: its repeat gets the first answer, and says so', async () => {
    const lab = new OpeningLab()
    const first = await opened(lab, { idempotencyKey, said })
    await lab.passMs(60_000)
    const again = await opened(lab, { idempotencyKey, said })
    expect(again).toMatchObject({ replayed: true, outcome: { kind: 'opened' } })
    expect(again.outcome).toEqual(first.outcome)
    expect(lab.link.sent).toHaveLength(1)
  })

  test('opens once also for an organization that changed its API key between two tries', async () => {
    const lab = new OpeningLab()
    await opened(lab, { idempotencyKey, said })
    await lab.passMs(60_000)
    expect(await opened(lab, { idempotencyKey, said, principal: acmeByApiKey })).toMatchObject({ replayed: true })
    expect(lab.link.sent).toHaveLength(1)
  })

  test('with another reason is a mistake, and opens nothing', async () => {
    const lab = new OpeningLab()
    await opened(lab, { idempotencyKey, said })
    await lab.passMs(60_000)
    const { outcome } = await opened(lab, { idempotencyKey, said: { reason: 'other', requestId: null } })
    expect(outcome).toEqual({ kind: 'idempotency-mismatch' })
    expect(lab.link.sent).toHaveLength(1)
  })

  test('of another organization is another one', async () => {
    const lab = new OpeningLab()
    await opened(lab, { idempotencyKey, said })
    await lab.passMs(60_000)
    const other = { kind: 'service', organization: org('other') } as const
    expect(await opened(lab, { idempotencyKey, said, principal: other })).toMatchObject({ replayed: false })
    expect(lab.link.sent).toHaveLength(2)
  })
})

test('a guest’s tap never becomes an opening without a key, nor the other way round: both move the bolt', async () => {
  const lab = new OpeningLab()
  lab.tap()
  begun(lab)
  await settled()
  expect(lab.link.sent.map(({ keyRef }) => keyRef === null).sort()).toEqual([false, true])
})
