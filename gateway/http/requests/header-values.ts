import type { IncomingMessage } from 'node:http'

/** Every value of a header as it came: Node's own `headers` joins some repeated ones and drops others. */
export function headerValues(raw: IncomingMessage, name: string): readonly string[] {
  const values: string[] = []
  for (let at = 0; at < raw.rawHeaders.length; at += 2) {
    const [given, value] = [raw.rawHeaders[at], raw.rawHeaders[at + 1]]
    if (value !== undefined && given?.length === name.length && given.toLowerCase() === name) values.push(value)
  }
  return values
}
