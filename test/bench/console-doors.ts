import { chromium } from 'playwright-core'
import { z } from 'zod'
import type { LockId } from '#protocol/ids.ts'
import { addDoor } from '#test/http/support/console-doors.ts'
import { startConsoleHouse } from '#test/http/support/console-house.ts'
import { findProgram } from '#test/support/installed.ts'
import { must } from '#test/support/must.ts'

/** A page of 1,000 doors, 20 of which change in a second, in a browser that is four times as slow as this machine. */
const [DOORS, CHANGES_PER_S, FOR_S, SLOWDOWN] = [1_000, 20, 10, 4]

const house = await startConsoleHouse()
const doors: LockId[] = []
for (let number = 1; number <= DOORS; number += 1) {
  const id = await addDoor(house, { number, name: `Door ${number}`, area: `Floor ${number % 20}` })
  house.link.comes(id)
  doors.push(id)
}
const htmlMs: number[] = []
for (let round = 0; round < 5; round += 1) {
  const startedMs = performance.now()
  await (await fetch(`${house.url}/console/doors`, { headers: { accept: 'text/html' } })).text()
  htmlMs.push(Math.round(performance.now() - startedMs))
}
const browser = await chromium.launch({
  executablePath: findProgram('chromium-headless-shell') ?? findProgram('chromium') ?? 'chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
})
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
const cdp = await page.context().newCDPSession(page)
await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN })
await page.addInitScript(`window.longTasks = []
new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ startTime, duration }) => [Math.round(startTime), duration]))).observe({ type: 'longtask', buffered: true })`)
await page.goto(`${house.url}/console/doors`)
await page.locator('#live').waitFor()
await page.evaluate('scrollTo(0, 6000)')
// Until it has drawn what it was scrolled to, and has nothing more to do.
await page.evaluate('new Promise((resolve) => requestIdleCallback(() => resolve(true)))')
const loadTasks = z.array(z.tuple([z.number(), z.number()])).parse(await page.evaluate('window.longTasks.splice(0)'))
const scrolled = await page.evaluate('scrollY')
// What a person sees: where the row in the middle of the screen stands, whatever the page's length does.
await page.evaluate(`window.seen = document.elementFromPoint(700, 450).closest('tr').id`)
const seenAtPx = () => page.evaluate('document.getElementById(window.seen).getBoundingClientRect().top')
const seenBeforePx = Number(await seenAtPx())
let at = 0
const timer = setInterval(() => {
  at += 1
  house.link.comes(must(doors[(at * 37) % DOORS]), { batteryPercent: at % 100, door: at % 2 === 0 ? 'open' : 'closed' })
}, 1_000 / CHANGES_PER_S)
await page.evaluate(`new Promise((resolve) => setTimeout(resolve, ${FOR_S * 1_000}))`)
clearInterval(timer)
const tasks = z.array(z.tuple([z.number(), z.number()])).parse(await page.evaluate('window.longTasks'))
const worst = (of: readonly (readonly [number, number])[]): number => Math.max(0, ...of.map(([, ms]) => ms))
process.stdout.write(
  `${JSON.stringify({
    htmlMs,
    longestTaskOfLoadMs: worst(loadTasks),
    longestTaskWhileChangingMs: worst(tasks),
    tasksOver50Ms: tasks.length,
    rowOnScreenMovedPx: Math.round(Number(await seenAtPx()) - seenBeforePx),
    scrollMovedPx: Number(await page.evaluate('scrollY')) - Number(scrolled),
  })}\n`,
)
await browser.close()
await house[Symbol.asyncDispose]()
