import encodeQr from 'qr'
import type { Lock } from '#domain/locks/lock.ts'
import { doorPath } from '#http/pages/console/console-paths.ts'
import { emptyOf } from '#http/pages/console/table.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'

/** White around it, in modules: what a camera needs to find it. */
const QUIET = 4

/** A sign for the inside of the door's frame: it leads to the page of this door, and holds nothing that opens. */
export function doorQrOf(lock: Lock, consoleUrl: string | null, { oneDoor, doors }: ConsoleWords): Html {
  const back = html`<p class="no-print"><a class="button quiet" href="${doorPath(lock.lockId)}">${oneDoor.backToDoor}</a></p>`
  if (consoleUrl === null) return html`${back}<section class="card">${emptyOf(oneDoor.noAddress, null)}</section>`
  const address = `${consoleUrl}${doorPath(lock.lockId)}`
  const place = lock.area === null ? null : html`<p>${lock.area}</p>`
  return html`${back}<p class="no-print soft">${oneDoor.qrHint}</p><section class="sign">${qrSvg(address, `${oneDoor.qrTitle} ${lock.lockId}`)}<div><h2>${lock.name}</h2>${place}<p>${doors.number} <b>${lock.lockId}</b></p><p class="address">${address}</p><p><b>${oneDoor.qrForStaff}</b></p></div></section>`
}

function qrSvg(text: string, label: string): Html {
  const modules = encodeQr(text, 'raw', { ecc: 'quartile', border: QUIET })
  const size = modules.length
  const drawn = modules.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="${label}" shape-rendering="crispEdges"><path class="ground" d="M0 0h${size}v${size}H0z"/><path d="${drawn}"/></svg>`
}
