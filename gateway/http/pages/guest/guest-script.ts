/**
 * What makes the guest's page quicker and calmer where scripts run; without it every step is a plain link or form. It
 * acts only on a person's submit, holds no words of its own, and puts parts of whole pages from the gateway in place.
 * Known to the browser by its hash: plain JavaScript, the same bytes for everybody.
 */
export const GUEST_SCRIPT = `
(() => {
'use strict'
const byId = (id, where = document) => where.getElementById(id)
const PARTS = ['door', 'picture', 'said', 'facts', 'help', 'foot', 'bar', 'languages']
const UNITS = ['day', 'hour', 'minute', 'second']
const ANSWER_MAX_MS = 40000, LONGEST_MS = 6 * 3600000, AGAIN_MS = 5000
const main = document.querySelector('main')
let busy = false, stream = null, timers = [], lookedAt = performance.now()

const later = (run, ms) => timers.push(setTimeout(run, Math.min(ms, LONGEST_MS)))
const stop = () => { stream?.close(); stream = null; timers.forEach(clearTimeout); timers = [] }

/** The parts that this page, or template, has; the words stay in their live region, so that they are read out. */
function put(from) {
  const had = document.activeElement !== document.body
  for (const id of PARTS) {
    const part = byId(id, from)
    if (part) byId(id)?.replaceChildren(...document.importNode(part, true).childNodes)
  }
  main.className = (from.querySelector('[data-tone]') ?? main).dataset.tone ?? main.className
  if (had && document.activeElement === document.body) document.querySelector('h1').focus({ preventScroll: true })
}

async function arrive(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const there = page.querySelector('main')
  // Not a page of ours: a hotspot's, or an error's on the way.
  if (!there?.dataset.tone) return location.assign(main.dataset.self)
  for (const name of Object.keys(main.dataset)) delete main.dataset[name]
  Object.assign(main.dataset, there.dataset)
  document.title = page.title
  const { lang, dir } = page.documentElement
  Object.assign(document.documentElement, { lang, dir })
  put(page)
  if (answer.redirected) history.replaceState(null, '', answer.url)
  begin()
}

async function look() {
  if (busy || !main.dataset.self) return
  stop()
  lookedAt = performance.now()
  try {
    await arrive(await fetch(main.dataset.self, { headers: { accept: 'text/html' } }))
  } catch {
    later(look, AGAIN_MS)
  }
}

/** Only when something is different is the page put anew, and read out anew. */
async function check() {
  if (document.visibilityState !== 'visible') return
  const answer = await fetch(main.dataset.key, { headers: { accept: 'application/json' } })
  const key = answer.ok ? await answer.json() : {}
  if ([key.status, key.lockOnline, key.usedCount, key.heldCount].join(' ') !== main.dataset.shows) await look()
}

function begin() {
  const { opening, state, changesMs, checkS } = main.dataset
  if (opening) {
    stream = new EventSource('/openings/' + opening)
    stream.onmessage = ({ data }) => { if (JSON.parse(data).state !== state) look() }
    stream.onerror = () => { if (stream?.readyState === EventSource.CLOSED) later(look, AGAIN_MS) }
  }
  if (changesMs) later(look, Number(changesMs) + 200)
  if (checkS) {
    const again = () => check().catch(() => {}).finally(() => { if (!busy && main.dataset.checkS) later(again, checkS * 1000) })
    later(again, checkS * 1000)
  }
  for (const part of document.querySelectorAll('[data-by-script]')) part.hidden = false
  const count = document.querySelector('[data-left-ms]')
  if (count) {
    const endMs = performance.now() + Number(count.dataset.leftMs), { locale } = count.dataset
    const told = (part, at) => new Intl.NumberFormat(locale, { style: 'unit', unit: UNITS[at], unitDisplay: 'short' }).format(part)
    const tick = () => {
      const s = Math.max(0, Math.ceil((endMs - performance.now()) / 1000))
      const parts = [Math.floor(s / 86400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60, s % 60]
      const first = s > 0 ? parts.findIndex((part) => part > 0) : 3
      const shown = parts.map((part, at) => at === first || (at === first + 1 && part > 0) ? told(part, at) : '')
      count.textContent = shown.filter(Boolean).join(' ')
    }
    // A browser that cannot say a number with its unit leaves what the gateway said.
    try { tick(); timers.push(setInterval(tick, 1000)) } catch {}
  }
}

let pressedMs = -Infinity
addEventListener('click', ({ isTrusted }) => { if (isTrusted) pressedMs = performance.now() }, true)
const isPressed = () => performance.now() - pressedMs < 5000 && navigator.userActivation?.isActive !== false

addEventListener('submit', (event) => {
  const form = event.target
  if (form.dataset.open === undefined || !byId('opening')) return
  // A scanner that follows the links of a mail presses buttons by script: no person stands at the door.
  if (!isPressed()) return event.preventDefault()
  // The tap before is on its way; this one would only join it.
  if (busy) return event.preventDefault()
  stop()
  put(byId('opening').content)
  const button = form.querySelector('button')
  button.setAttribute('aria-disabled', 'true')
  button.textContent = byId('opening').dataset.label
  const sent = fetch(form.action, {
    method: 'POST',
    headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
    body: '',
    signal: AbortSignal.timeout?.(ANSWER_MAX_MS),
  })
  // Not before: where anything above is missing in an old browser, the plain form goes its way.
  event.preventDefault()
  busy = true
  sent
    .then((answer) => { busy = false; return arrive(answer) })
    .catch(() => { busy = false; put(byId('no-connection').content) })
})
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && performance.now() - lookedAt > AGAIN_MS) look()
})
// A page from the back/forward cache shows the past.
addEventListener('pageshow', ({ persisted }) => { if (persisted) { busy = false; look() } })
addEventListener('pagehide', stop)
byId('handover')?.submit()
begin()
})()
`
