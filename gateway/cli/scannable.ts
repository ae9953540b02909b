import encodeQr from 'qr'
import type { Terminal } from './context.ts'

/**
 * A QR code to print. On a terminal with colours it is white on black whatever the terminal's own are: on some a plain code would
 * be inverted, and no phone read it. To a pipe or a file it goes without.
 */
export function scannable(link: string, terminal: Terminal | null): string {
  // In capitals, where they mean the same, a code has a fifth fewer points, and is read from further away.
  const isInCapitals = /^[0-9A-Z $%*+./:-]+$/.test(link)
  const code = isInCapitals
    ? encodeQr(link, 'ascii', { encoding: 'alphanumeric' })
    : encodeQr(link, 'ascii', { ecc: 'low' })
  const lines = code.trimEnd().split('\n')
  return (terminal?.hasColours === true ? lines.map((line) => `\x1b[97;40m${line}\x1b[0m`) : lines).join('\n')
}
