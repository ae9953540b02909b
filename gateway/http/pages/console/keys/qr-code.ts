import encodeQr from 'qr'
import { Html, html } from '#http/pages/shared/html.ts'

/** What the small alphabet of QR codes has: a code of it has fewer points, and is read from further away. */
const SMALL_ALPHABET = /^[0-9A-Z $%*+./:-]*$/

/** A link in capitals, as it may be: its host knows no case, and neither does a key's path. */
export function linkQr(link: string, name: string): Html {
  const capitals = link.toUpperCase()
  return SMALL_ALPHABET.test(capitals) ? qrOf(capitals, 'alphanumeric', name) : qrOf(link, 'byte', name)
}

/** As a picture in the page itself. Black on white at night too, because readers expect that. */
function qrOf(text: string, encoding: 'alphanumeric' | 'byte', name: string): Html {
  const rows = encodeQr(text, 'raw', { encoding, border: 4 })
  const dots = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : [])))
  const size = rows.length
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="${name}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${new Html(dots.join(''))}" fill="#000"/></svg>`
}
