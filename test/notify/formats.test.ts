import { expect, test } from 'vitest'
import { asJson, asMail, asNtfy, asSlack } from '#notify/formats.ts'
import { messageOf } from '#notify/message.ts'
import { aMessage, noticeOf, sender } from './support/messages.ts'

const parsed = ({ body }: { body: string }): unknown => JSON.parse(body)

test('programs get a notice as JSON whose members are these, and stay', () => {
  const notice = noticeOf()
  expect(parsed(asJson(messageOf(notice, sender)))).toEqual({
    ...{ type: 'latchkey.notice', version: 1, id: notice.id, site: { id: 'north', name: 'North House' } },
    ...{ sort: 'alarms', severity: 'warning', isGoodNews: false, title: notice.title, lines: notice.lines },
    alarms: [
      {
        ...{ id: 12, kind: 'lock-offline', lockId: 7, door: 'Front door', area: null },
        ...{ severity: 'warning', state: 'raised', since: '2026-11-28T11:00:00.000Z' },
      },
    ],
    ...{ madeAt: '2026-11-28T11:10:00.000Z', madeAtLocal: '2026-11-28T12:10:00+01:00' },
    consoleUrl: 'https://keys.example.org/console/alarms',
  })
})

test('a phone rings the louder the worse it is, and hardly for good news', () => {
  const over = noticeOf().alarms.map((alarm) => ({ ...alarm, state: 'over' as const }))
  const told = (difference: Parameters<typeof aMessage>[0]) => parsed(asNtfy(aMessage(difference), 'doors'))
  expect(told({ severity: 'critical' })).toMatchObject({ topic: 'doors', priority: 5, tags: ['rotating_light'] })
  expect(told({})).toMatchObject({ priority: 3, tags: ['warning'], title: 'North House: Front door is offline' })
  expect(told({ severity: 'notice' })).toMatchObject({ priority: 2, tags: ['information_source'] })
  expect(told({ severity: 'critical', alarms: over })).toMatchObject({ priority: 2, tags: ['white_check_mark'] })
  expect(told({ severity: 'critical', sort: 'test', alarms: [] })).toMatchObject({ priority: 2 })
})

test('a repeat takes the place of what came before, where a receiver can do that', () => {
  const notice = noticeOf()
  const message = messageOf(notice, sender)
  expect(parsed(asNtfy(message, 'doors'))).toMatchObject({ sequence_id: notice.id })
  expect(asMail(message, 'doors@example.org').messageId).toBe(`<${notice.id}@example.org>`)
  expect(asMail(message, 'doors@example.org')).toEqual(asMail(messageOf(notice, sender), 'doors@example.org'))
})

test('a door with a name that means something to a chat calls nobody and links nowhere', () => {
  const door = '<!channel> & <mailto:eve|door>'
  expect(parsed(asSlack(aMessage({ title: `${door} is offline`, lines: [door] })))).toEqual({
    text: [
      ':warning: *North House: &lt;!channel&gt; &amp; &lt;mailto:eve|door&gt; is offline*',
      '&lt;!channel&gt; &amp; &lt;mailto:eve|door&gt;',
      '<https://keys.example.org/console/alarms|See all alarms>',
    ].join('\n'),
    unfurl_links: false,
  })
})

test.each([
  ['@channel', /@channel/],
  ['@here and @all', /@(here|all)/],
  ['[door](https://evil.example/x)', /\]\(|:\/\//],
  ['![](http://evil.example/x.png)', /\]\(|:\/\//],
  ['https://evil.example', /:\/\//],
  ['WWW.evil.example', /www[.]/i],
  ['```', /`/],
])('a door named %s calls nobody, leads nowhere and swallows no line where Markdown is read', (door, meaning) => {
  const { text } = JSON.parse(asSlack(aMessage({ title: door, lines: [door] })).body)
  const [title, line, link] = text.split('\n')
  expect(title).not.toMatch(meaning)
  expect(line).not.toMatch(meaning)
  expect(line.replaceAll('\u200b', '').replaceAll('ˋ', '`')).toBe(door)
  expect(link).toBe('<https://keys.example.org/console/alarms|See all alarms>')
})

test.each(['\r\nBcc: eve@example.org', '\n', '\u2028', '\u0000', '\u202e', '\u001b[2J'])(
  'a name with %j in it stays on its line',
  (strange) => {
    const message = aMessage({ title: `Door${strange}x`, lines: [`Door${strange}x`] })
    const mail = asMail(message, 'doors@example.org')
    expect(mail.subject).not.toMatch(/[\p{Cc}\u2028\u202e]/u)
    expect(mail.text.split('\n')[0]).toMatch(/^Door .*x$/)
    for (const line of [message.title, ...message.lines]) {
      expect(line).toMatch(/^Door .*x$/)
      expect(line).not.toMatch(/[\p{Cc}\u2028\u202e]/u)
    }
    const named = messageOf(noticeOf(), { ...sender, site: { id: 'north', name: `North${strange}House` } })
    expect(named.site.name).toMatch(/^North .*House$/)
  },
)

test('a long message is cut between lines, and says how many are missing', () => {
  const lines = Array.from({ length: 40 }, (_, at) => `${at} ${'ü'.repeat(290)}`)
  const { message } = JSON.parse(asNtfy(aMessage({ lines }), 'doors').body)
  expect(Buffer.byteLength(message)).toBeLessThan(4_096)
  expect(message).toMatch(/\n… and 34 more lines$/)
})

test('a mail says where it comes from, how urgent it is, and that nobody need answer', () => {
  const mail = asMail(aMessage({ severity: 'critical' }), 'doors@example.org')
  expect(mail.subject).toBe('[North House] Front door is offline')
  expect(mail.text).toContain('All alarms: https://keys.example.org/console/alarms\nNorth House (north), 2026-11-28T12')
  expect(mail).toMatchObject({ isUrgent: true, headers: { 'Auto-Submitted': 'auto-generated' } })
  expect(asMail(messageOf(noticeOf(), { ...sender, consoleUrl: null }), 'a@b.example').text).toContain(
    'latchkey alarms lists all of them',
  )
})
