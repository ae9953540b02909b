import { expect, test } from 'vitest'
import { messageForPeople } from '#lock-link/message-for-people.ts'
import { lockId } from '#test/store/support/store-site.ts'

const UUID = '7f3b1c52-9a4e-4b0d-8f21-5c6d7e8f9a0b'
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const told = (message: string, detail: string | null = null) =>
  messageForPeople({
    ...{ direction: 'from-lock', lockId: lockId(1), topic: 't', message, detail },
    verdict: detail === null ? 'ok' : 'schema',
  })

test('a message is told without its signature, and without a key’s link that somebody put into it', () => {
  const message = `${part({ typ: 'lock-hello+jwt' })}.${part({ door: 'open', note: UUID })}.c2lnbmF0dXJl`
  const shown = told(message, `note ${UUID} is not known`)
  expect(shown).toMatchObject({
    type: 'lock-hello+jwt',
    text: '{"door":"open","note":"…"}',
    detail: 'note … is not known',
  })
  expect(JSON.stringify(shown)).not.toMatch(/c2lnbmF0dXJl|7f3b1c52/)
})

test.each(['', 'x', 'a.b', '..', `${part([])}.${'A'.repeat(5_000)}.x`])(
  'what is no message is shown as far as it can be read, and never at length',
  (message) => {
    const { type, text } = told(message)
    expect([type, text.length <= 1_024]).toEqual([null, true])
  },
)
