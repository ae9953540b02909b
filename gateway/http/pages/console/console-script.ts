/**
 * What makes a page of the console follow what happens; without it every page is whole, and as old as it is. It holds no
 * words of its own: it puts parts that the gateway made in place of the same parts, and leaves focus, scrolling and what
 * somebody is writing as they are. Plain JavaScript, the same bytes for everybody.
 */
export const CONSOLE_SCRIPT = `
(() => {
'use strict'
const byId = (id) => document.getElementById(id)
const main = byId('main'), url = main?.dataset.stream
const SILENT_MAX_MS = 25000, AGAIN_MS = 2000
const FOCUSABLE = 'a[href],button,input,select,summary'
let source = null, last = '', heardAt = 0, again = null, isOver = false
const waiting = new Map()

const show = (id, isShown) => { const part = byId(id); if (part) part.hidden = !isShown }
const open = () => {
  clearTimeout(again)
  source?.close()
  if (isOver || document.visibilityState !== 'visible') return
  const asked = new URL(url, location.href)
  if (last !== '') asked.searchParams.set('after', last)
  source = new EventSource(asked)
  heardAt = performance.now()
  for (const [name, take] of [['put', put], ['top', top], ['beat', () => {}], ['over', over]]) {
    source.addEventListener(name, (event) => {
      heard(event)
      take(event.data)
    })
  }
  source.onerror = lost
}
function heard(event) {
  heardAt = performance.now()
  if (event.lastEventId !== '') last = event.lastEventId
  show('lost', false)
  show('live', true)
}
function lost() {
  if (isOver || document.visibilityState !== 'visible') return
  source?.close()
  const line = byId('lost')
  if (line.hidden) {
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: 'medium', timeZone: main.dataset.zone })
    line.textContent = line.dataset.text.replace('{time}', time.format(new Date()))
  }
  show('lost', true)
  show('live', false)
  again = setTimeout(open, AGAIN_MS)
}
function over() {
  isOver = true
  source?.close()
  show('live', false)
  show('ended', true)
}

/** Somebody is writing there, or has opened a form there. */
const isInUse = (part) =>
  part.querySelector('details[open] form') !== null ||
  [...part.querySelectorAll('input:not([type=hidden]),textarea,select')].some(
    (field) => field === document.activeElement || (field.defaultValue !== undefined && field.value !== field.defaultValue),
  )
const partsOf = (text) => {
  const made = document.createElement('template')
  made.innerHTML = text
  return [...made.content.children]
}
function swap(old, part) {
  const had = old.contains(document.activeElement) ? [...old.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement) : -1
  old.replaceWith(part)
  if (had >= 0) part.querySelectorAll(FOCUSABLE)[had]?.focus({ preventScroll: true })
}
function put(text) {
  for (const part of partsOf(text)) {
    const old = byId(part.id)
    // It belongs under another heading now, or is new: nothing moves while somebody looks at it.
    if (part.dataset.group !== old?.dataset.group) show('moved', true)
    if (!old) continue
    if (isInUse(old)) waiting.set(part.id, part)
    else {
      waiting.delete(part.id)
      swap(old, part)
    }
  }
  show('changed', waiting.size > 0)
  // A thousand rows are looked through only while somebody looks for some of them.
  if (main.querySelector('input[data-finds]')?.value) find()
}
/** New lines of a list, the newest first. */
function top(text) {
  const list = main.querySelector('[data-top]')
  if (!list) return
  list.prepend(...partsOf(text))
  list.closest('table').hidden = false
  while (list.children.length > Number(list.dataset.top)) list.lastElementChild.remove()
  show('empty', false)
}

/** Narrows what is shown already while somebody types; the form asks the gateway for all else. */
function find() {
  const field = main.querySelector('input[data-finds]')
  if (!field || field.dataset.finds !== '') return
  const wanted = field.value.trim().toLowerCase()
  for (const group of main.querySelectorAll('.group')) {
    let count = 0
    for (const row of group.querySelectorAll('[data-find]')) {
      const isShown = row.dataset.find.includes(wanted)
      if (row.hidden === isShown) row.hidden = !isShown
      count += isShown
    }
    if (group.hidden === count > 0) group.hidden = count === 0
  }
}

main?.addEventListener('input', (event) => { if (event.target.matches('[data-finds]')) find() })
byId('changed')?.querySelector('button').addEventListener('click', () => {
  for (const part of waiting.values()) byId(part.id)?.replaceWith(part)
  waiting.clear()
  show('changed', false)
})
// A menu that is open closes when somebody goes elsewhere.
document.addEventListener('click', ({ target }) => {
  for (const menu of document.querySelectorAll('.menu[open]')) if (!menu.contains(target)) menu.open = false
})
document.addEventListener('keydown', ({ key }) => {
  const menu = key === 'Escape' && document.querySelector('.menu[open]')
  if (!menu) return
  menu.open = false
  menu.querySelector('summary').focus()
})
for (const button of document.querySelectorAll('[data-prints]')) {
  button.hidden = false
  button.addEventListener('click', () => print())
}
if (!url) return
// A browser holds few connections to one host: a page that nobody sees gives its own back.
document.addEventListener('visibilitychange', () => (document.visibilityState === 'visible' ? open() : source?.close()))
addEventListener('pagehide', () => source?.close())
addEventListener('pageshow', ({ persisted }) => { if (persisted) open() })
setInterval(() => { if (source?.readyState === 1 && performance.now() - heardAt > SILENT_MAX_MS) lost() }, 5000)
find()
open()
})()
`
