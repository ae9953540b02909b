import { randomUUID } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import encodeQr from 'qr'

interface DemoWords {
  readonly httpUrl: string
  readonly lockCount: number
  /** The lock that the keys open. */
  readonly lockId: number
  /** The lock that is left to a real board, with the UUID of a key of its own. */
  readonly seat: { readonly lockId: number; readonly key: string } | null
  /** UUIDs. */
  readonly keys: { readonly public: string; readonly oneUse: string; readonly whitelist: string }
  readonly token: string
  readonly apiKey: string
  readonly nowMs: number
}

/** What the demo tells a person: links to press, lines to paste, a code to scan. */
export function demoWords(site: DemoWords): string[] {
  const { httpUrl, keys, seat, token, apiKey, lockCount } = site
  const link = `${httpUrl}/temp-keys/${keys.public}`
  const code = scannable(link)
  return [
    `\n  Demo House runs, with ${lockCount} simulated lock${lockCount === 1 ? '' : 's'}.\n`,
    `  Open this link in a browser and press Open:\n    ${link}\n`,
    code,
    ...(isLoopback(httpUrl) ? [`  A phone can scan it when the demo runs with --host ${ownAddress()}\n`] : []),
    `  Or paste this:\n    curl -L -d '' ${link}/open\n`,
    ...(seat === null ? [] : [seatWords(seat, httpUrl)]),
    `  A key with one use:\n    ${httpUrl}/temp-keys/${keys.oneUse}\n`,
    `  A key for one user, who signs in with a token:\n    curl -L -d '' -H "Authorization: Bearer ${token}" ${httpUrl}/temp-keys/${keys.whitelist}/open\n`,
    `  The API key of a program that manages locks and keys:\n    ${apiKey}\n`,
    `  With it, paste this to create another key:\n    ${createKeyLine(site)}\n`,
    '  Each movement of a bolt is shown here. Ctrl-C ends everything.\n',
  ]
}

/** For whoever's own firmware sits there: it is opened by no other link of the demo. */
const seatWords = ({ lockId, key }: NonNullable<DemoWords['seat']>, httpUrl: string): string =>
  `  Lock ${lockId} is yours: its board connects with the JSON above. This link opens it:\n    ${httpUrl}/temp-keys/${key}\n    curl -L -d '' ${httpUrl}/temp-keys/${key}/open\n`

/** White and black whatever the terminal's own colours are: on some a plain code would be inverted, and no phone read it. */
const scannable = (link: string): string =>
  // In capitals, which mean the same here, a code has a fifth fewer modules.
  encodeQr(link.toUpperCase(), 'ascii', { encoding: 'alphanumeric' })
    .trimEnd()
    .split('\n')
    .map((line) => `\x1b[97;40m${line}\x1b[0m\n`)
    .join('')

function createKeyLine({ httpUrl, apiKey, lockId, nowMs }: DemoWords): string {
  const body = JSON.stringify({
    tempKeyUuid: randomUUID(),
    accessMode: 'public',
    validFrom: new Date(nowMs).toISOString(),
    validUntil: new Date(nowMs + 3_600_000).toISOString(),
    maxUses: 2,
  })
  return `curl -H "X-API-Key: ${apiKey}" -H "Content-Type: application/json" -d '${body}' ${httpUrl}/locks/${lockId}/create-temp-key`
}

const isLoopback = (url: string): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname)

/** One that others on the network may reach this machine by. */
const ownAddress = (): string =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? 'ADDRESS'
