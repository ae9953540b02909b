import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { installed } from '#test/support/installed.ts'
import { Program } from '#test/support/program.ts'
import { Prometheus } from '#test/support/prometheus.ts'
import { TestSite } from '#test/support/site.ts'

const namesIn = (text: string): string[] =>
  [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name).toSorted()

test('what is measured stands in the handbook, series by series, and none tells of a door, a key or a person', async () => {
  await using site = await TestSite.start()
  await site.playLock(7)
  const uuid = await site.createKey(7)
  expect((await site.open(uuid)).status).toBe(303)
  const { status, headers, text } = await site.request('/metrics')
  expect({ status, type: headers.get('content-type') }).toMatchObject({
    status: 200,
    type: expect.stringMatching(/^text\/plain; version=0/),
  })
  const handbook = readFileSync('docs/operations.md', 'utf8').split('## What is measured')[1]?.split('\n## ')[0] ?? ''
  const told = [...handbook.matchAll(/^\| `((?:latchkey|process)_\w+)`/gm)].map(([, name = '']) => name)
  expect(told.toSorted()).toEqual(namesIn(text))
  expect(text).toContain('latchkey_openings_total{way="key",outcome="opened"} 1')
  expect(text).toMatch(/^latchkey_ack_seconds_count 1$/m)
  expect(text).toMatch(/^latchkey_own_seconds_count 1$/m)
  expect(text).toMatch(/^latchkey_commit_seconds_count [1-9]/m)
  expect(text).toContain('latchkey_locks{state="online"} 1')
  expect(text).toContain('latchkey_check{check="store"} 0')
  expect(text).toMatch(/^latchkey_broker_connected 1$/m)
  expect(text).not.toMatch(new RegExp(`${uuid}|Door 7|lockId|lock_id`))
})

test('Debian’s promtool finds no fault in the alert rules, and they tell what they should of some hours', async (context) => {
  const promtool = installed('promtool', context)
  const checked = await Program.run(promtool, ['check', 'rules', '--lint-fatal', 'docs/alerts.yml'])
  expect(checked).toMatchObject({ code: 0 })
  const tested = await Program.run(promtool, ['test', 'rules', 'test/metrics/alerts.promtool.yml'])
  expect(tested, tested.stdout + tested.stderr).toMatchObject({ code: 0 })
})

test('a Prometheus that scrapes a gateway knows of its openings, and its alert tells of a lock that has gone', async (context) => {
  const program = installed('prometheus', context)
  await using site = await TestSite.start()
  const lock = await site.playLock(7)
  await using prometheus = await Prometheus.start(program, site.url, 'docs/alerts.yml')
  await prometheus.until('latchkey_locks{job="latchkey",state="online"} == 1')
  expect((await site.open(await site.createKey(7))).status).toBe(303)
  await prometheus.until('latchkey_openings_total{way="key",outcome="opened"} == 1')
  await prometheus.until('histogram_quantile(0.99, latchkey_ack_seconds_bucket) > 0')
  expect(await prometheus.query('ALERTS{alertname="LatchkeyLocksOffline"}')).toEqual([])
  await lock.stop()
  site.locks.delete(7)
  const [alert] = await prometheus.until('ALERTS{alertname="LatchkeyLocksOffline",alertstate="firing"}')
  expect(alert?.metric).toMatchObject({ severity: 'warning', job: 'latchkey' })
}, 120_000)
