import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { phonePhoto, pngBomb, smallPng } from '#test/support/picture-files.ts'
import { SiteDir } from '#test/support/site-dir.ts'
import { until } from '#test/support/until.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })

let dir: SiteDir
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(path.join(dir.path, name), content)
  return path.join(dir.path, name)
}
beforeAll(async () => {
  dir = await SiteDir.make({ site: { id: 'test', name: 'Test House', timeZone: 'UTC', logo: 'logo.png' } })
  await dir.addLock(5)
})
afterAll(async () => await dir[Symbol.asyncDispose]())

const page = async (url: string, key: string): Promise<string> =>
  await (await fetch(`${url}/temp-keys/${key}`, { headers: { accept: 'text/html' } })).text()
/** Pictures as the page holds them. */
const pictures = (html: string): string[] =>
  [...html.matchAll(/src="data:image\/webp;base64,([^"]+)"/g)].map(([, base64]) => base64 ?? '')
const readiness = async (url: string) =>
  z
    .object({ checks: z.record(z.string(), z.looseObject({ status: z.string() })) })
    .parse(await (await fetch(`${url}/readyz`)).json()).checks

test('a lock gets directions and a photo, with a gateway and without, and they outlive kill -9', async () => {
  const key = await dir.createKey(5)
  const photo = file('door.jpg', await phonePhoto(900, 700))
  const set = await dir.latchkey('lock', 'set', '5', '--directions', 'Second yard\nthen left', '--picture', photo)
  expect([set.stderr, set.code]).toEqual(['', 0])

  const first = await dir.serve()
  const before = await page(first.publicUrl, key)
  expect(before).toContain('Second yard\nthen left')
  expect(pictures(before)).toHaveLength(1)
  const other = file('other.png', await smallPng())
  expect((await dir.latchkey('lock', 'set', '5', '--picture', other)).code).toBe(0)
  const shown = (await dir.latchkey('lock', 'show', '5')).stdout
  expect(shown).toMatch(/^directions +Second yard\n +then left\npicture +\d+ by \d+ pixels, as guests see it$/m)
  const replaced = await page(first.publicUrl, key)
  expect(pictures(replaced)).toHaveLength(1)
  expect(pictures(replaced)).not.toEqual(pictures(before))
  first.program.kill('SIGKILL')
  await first.program.ended

  const second = await dir.serve()
  const after = await page(second.publicUrl, key)
  expect(pictures(after)).toEqual(pictures(replaced))
  expect(after).toContain('Second yard\nthen left')
  expect((await dir.latchkey('lock', 'set', '5', '--no-picture', '--no-directions')).code).toBe(0)
  expect(await page(second.publicUrl, key)).not.toContain('<figure')
  second.program.kill('SIGTERM')
  await second.program.ended
})

test('what is no picture changes nothing, and the command says why in one line', async () => {
  mkdirSync(path.join(dir.path, 'folder'))
  execFileSync('mkfifo', [path.join(dir.path, 'pipe')])
  symlinkSync('nowhere', path.join(dir.path, 'dangling'))
  const hostile: readonly (readonly [string, string])[] = [
    [path.join(dir.path, 'folder'), 'is a directory'],
    [path.join(dir.path, 'pipe'), 'is no regular file'],
    ['/dev/zero', 'is no regular file'],
    [path.join(dir.path, 'dangling'), 'is not there'],
    [file('large.png', Buffer.alloc(50_000_000, 0x89)), 'has more than 16 MB'],
    [file('empty.jpg', ''), 'is empty'],
    [file('page.png', '<!doctype html><script>alert(1)</script>'), 'is HTML or XML'],
    [file('bomb.png', pngBomb()), 'has more than 52 million pixels'],
  ]
  for (const [name, why] of hostile) {
    const { code, stderr, stdout } = await dir.latchkey('lock', 'set', '5', '--name', 'Changed', '--picture', name)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(why)
    expect(stderr).not.toContain('at ')
  }
  const { stdout } = await dir.latchkey('lock', 'list', '--json')
  expect(stdout).toContain('"name":"Door 5"')
})

test('a link to a picture is followed, as files of a config often are links', async () => {
  file('real.png', await smallPng())
  symlinkSync('real.png', path.join(dir.path, 'link.png'))
  expect((await dir.latchkey('lock', 'set', '5', '--picture', path.join(dir.path, 'link.png'))).code).toBe(0)
  expect((await dir.latchkey('lock', 'set', '5', '--no-picture')).code).toBe(0)
})

test('a lock set that names nothing says what there is to name', async () => {
  const { code, stderr } = await dir.latchkey('lock', 'set', '5')
  expect([code, stderr]).toEqual([1, expect.stringContaining('--directions --picture')])
})

test('the logo is on every page soon after the start; one that is gone or is none keeps no door shut, and is told', async () => {
  const key = await dir.createKey(5)
  const logo = path.join(dir.path, 'logo.png')
  writeFileSync(logo, await smallPng())
  const good = await dir.serve()
  await until('the logo is there', async () => (await page(good.publicUrl, key)).includes('class="logo"'), 60_000)
  expect(await page(good.publicUrl, '00000000-0000-4000-8000-000000000000')).toContain('class="logo"')
  expect(await readiness(good.publicUrl)).not.toHaveProperty('logo')

  // While it runs, a worse file does not take away the good one.
  writeFileSync(logo, '<svg><script>alert(1)</script></svg>')
  good.program.kill('SIGHUP')
  const told = async (url: string) => (await readiness(url)).logo ?? null
  expect(await until('the worse logo is told', () => told(good.publicUrl), 60_000)).toMatchObject({
    ...{ status: 'warning', facts: { problem: 'the file is SVG, which may hold script: export it as PNG' } },
  })
  expect(await page(good.publicUrl, key)).toContain('class="logo"')
  good.program.kill('SIGTERM')
  await good.program.ended

  // After a start there is no good one, and the gateway serves.
  const bad = await dir.serve()
  expect(await until('the bad logo is told', () => told(bad.publicUrl), 60_000)).toMatchObject({ status: 'warning' })
  const html = await page(bad.publicUrl, key)
  expect(html).toContain('<b>Test House</b>')
  expect(html).not.toContain('class="logo"')
  expect(bad.program.stderr).toContain(`"file":"${logo}"`)
  expect(bad.program.stderr).toContain('site.logo must be a PNG, JPEG or WebP file')
  bad.program.kill('SIGTERM')
  await bad.program.ended
})

test.each(['/dev/zero', 'gone.png', '.', 'pipe'])('with %s as its logo a gateway starts', async (logo) => {
  dir.reconfigure({ site: { id: 'test', name: 'Test House', timeZone: 'UTC', logo } })
  const site = await dir.serve()
  const told = await until('it is told', async () => (await readiness(site.publicUrl)).logo ?? null, 60_000)
  expect(JSON.stringify(told)).toMatch(/is (no regular file|not there|a directory)/)
  expect(JSON.stringify(told)).not.toContain(dir.path)
  site.program.kill('SIGTERM')
  await site.program.ended
})
