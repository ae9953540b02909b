import { hash } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { LockRegistry } from '#domain/locks/lock-registry.ts'
import { PICTURE_MAX_BYTES, type Picture, type PictureUse } from '#domain/pictures/picture.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import { tempKeyStatus } from '#domain/temp-keys/temp-key.ts'
import { findDoorGuide } from '#http/pages/guest/find-door-guide.ts'
import { aKey, aLock, LOCK_ID, NOW_MS } from '#test/http/support/route-samples.ts'
import { type RouteSite, startRouteSite } from '#test/http/support/route-site.ts'
import { user } from '#test/support/ids.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

const BROWSER = { accept: 'text/html' }
/** As many bytes as there may be, none like the other. */
const largest = (use: PictureUse): Picture => ({
  ...{ webp: Buffer.alloc(PICTURE_MAX_BYTES[use]), widthPx: 720, heightPx: 540 },
})
const photo = largest('door')
const logo = largest('logo')
photo.webp.fill(0xa5)
logo.webp.fill(0x5a)
const inPage = ({ webp }: Picture) => `src="data:image/webp;base64,${Buffer.from(webp).toString('base64')}"`
const WAY = 'Through the yard, "left" & down\n<img src=x onerror=alert(1)>'

let site: RouteSite
beforeEach(async () => {
  site = await startRouteSite({ logo, deadlineMs: 400 })
  await show(photo, WAY)
  return () => site.app.close()
})
async function show(picture: Picture | null, directions: string | null): Promise<void> {
  const at = { lockId: LOCK_ID, by: { kind: 'owner' }, atMs: NOW_MS } as const
  await site.store.setDoorPicture({ ...at, picture })
  const updated = await site.store.updateLock({ ...at, changes: { directions } })
  if ('lock' in updated) site.locks.put(updated.lock)
}

const pageOf = async (difference: Partial<TempKey> = {}) =>
  await site.app.inject({ url: `/temp-keys/${site.addKey(difference).uuid}`, headers: BROWSER })

test('a key’s page shows the logo, the photo of its door and the way to it, as text and for a screen reader too', async () => {
  const { body } = await pageOf()
  expect(body).toContain(`<img class="logo" ${inPage(logo)} width="720" height="540" alt="">`)
  expect(body).toContain(
    `<img ${inPage(photo)} width="720" height="540" alt="Photo of the door: Side entrance &#60;Ost&#62; &#38; yard">`,
  )
  expect(body).toContain('Through the yard, &#34;left&#34; &#38; down\n&#60;img src=x onerror=alert(1)&#62;')
  expect(body.match(/<img /g)).toHaveLength(2)
  expect(
    (
      await site.app.inject({
        url: `/temp-keys/${site.addKey().uuid}`,
        headers: { ...BROWSER, 'accept-language': 'de' },
      })
    ).body,
  ).toContain('alt="Foto der Tür: ')
})

test('with the largest pictures and the longest directions the whole page stays below 60 KB, in one request', async () => {
  await show(photo, `${'Ä'.repeat(50)}\n`.repeat(9) + 'Ä'.repeat(41))
  const { body, rawPayload } = await pageOf({ validFromMs: NOW_MS + 1 })
  expect(body).toContain(inPage(photo))
  expect(body).toContain(inPage(logo))
  expect(rawPayload.length).toBeLessThan(60 * 1_024)
  // Nothing else is fetched by the page itself.
  const sources = [...body.matchAll(/ (?:src|srcset|poster|data)="([^"]{0,20})/g)].map(([, source]) => source)
  expect(sources).toEqual(['data:image/webp;base', 'data:image/webp;base'])
})

test('the page’s policy lets pictures stand in the page and nowhere else, and nothing guesses their type', async () => {
  const { headers, body } = await pageOf()
  const style = /<style>([\s\S]*?)<\/style>/.exec(body)?.[1] ?? ''
  const script = /<script>([\s\S]*?)<\/script>/.exec(body)?.[1] ?? ''
  const hashed = (text: string) => `'sha256-${hash('sha256', text, 'base64')}'`
  expect(headers['content-security-policy']).toBe(
    `default-src 'none'; style-src ${hashed(style)}; script-src ${hashed(script)}; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  )
  expect(headers['x-content-type-options']).toBe('nosniff')
})

test.each<[string, Partial<TempKey>, boolean]>([
  ['is good', {}, true],
  ['will be good', { validFromMs: NOW_MS + 1 }, true],
  ['is used up', { usedCount: 3 }, true],
  ['has expired', { validUntilMs: NOW_MS }, false],
  ['was withdrawn', { revokedAtMs: NOW_MS }, false],
])('whoever has a key that %s sees the way to the door, or not', async (_, difference, isShown) => {
  const { body, statusCode } = await pageOf(difference)
  expect(statusCode).toBe(200)
  expect([body.includes(inPage(photo)), body.includes('Through the yard')]).toEqual([isShown, isShown])
})

test('a key for named users shows nobody else the photo, the directions or the door, before the tap and after it', async () => {
  const key = site.addKey({ accessMode: 'user-whitelist', allowedUserIds: [user('ada')] })
  const asked = [
    { method: 'GET', url: `/temp-keys/${key.uuid}`, headers: BROWSER },
    { method: 'GET', url: `/temp-keys/${key.uuid}`, headers: { accept: 'application/json' } },
    { method: 'POST', url: `/temp-keys/${key.uuid}/open`, headers: BROWSER },
  ] as const
  for (const request of asked) {
    const { body } = await site.app.inject(request)
    expect(body).not.toContain(inPage(photo))
    expect(body).not.toMatch(/Through the yard|Side entrance|class="guide"/)
  }
})

test('JSON is as it was: pictures are for pages', async () => {
  const { body } = await site.app.inject({ url: `/temp-keys/${site.addKey().uuid}`, headers: { accept: '*/*' } })
  expect(body).not.toMatch(/yard, |base64|directions|picture/)
})

test('a page that refuses a tap shows the way too, as the key’s own page does', async () => {
  site.link.online = false
  const open = { method: 'POST', url: `/temp-keys/${site.addKey().uuid}/open`, headers: BROWSER } as const
  const { body, statusCode } = await site.app.inject(open)
  expect(statusCode).toBe(503)
  expect(body).toContain(inPage(photo))
})

test('a page without directions and photo has no empty place for them', async () => {
  await show(null, null)
  expect((await pageOf()).body).not.toContain('<figure')
  await show(null, 'Left')
  expect((await pageOf()).body).toContain('<figure class="guide"><figcaption>')
})

test('a photo that the disk does not give up keeps nobody from the button, and a mistake of ours is not hidden', async () => {
  const key = aKey()
  const locks = new LockRegistry([aLock({ directions: 'Left' })], new ManualClock(NOW_MS))
  const view = {
    key,
    status: tempKeyStatus(key, NOW_MS),
    lockName: 'x',
    lockOnline: true,
    pulseS: 5,
    latestOpening: null,
  }
  const failing = (error: Error) => ({ findDoorPicture: () => Promise.reject(error) })
  expect(await findDoorGuide(view, { store: failing(new StoreFault('disk')), locks })).toEqual({
    ...{ directions: 'Left', picture: null },
  })
  await expect(findDoorGuide(view, { store: failing(new Error('bug')), locks })).rejects.toThrow('bug')
})
