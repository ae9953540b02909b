import { Agent, request } from 'node:http'
import autocannon from 'autocannon'
import { z } from 'zod'
import { keyUuid } from './seed.ts'

export interface LoadResult {
  readonly opensPerS: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly opened: number
  readonly others: number
}

/** Taps one key after the other, so that no tap joins another: the sequence goes on from load to load. */
export class KeyTaps {
  readonly #keys: number
  #next = 0

  constructor(keys: number) {
    this.#keys = keys
  }

  nextPath(): string {
    this.#next = (this.#next % this.#keys) + 1
    return `/temp-keys/${keyUuid(this.#next)}/open`
  }
}

export async function loadOpens(url: string, connections: number, seconds: number, taps: KeyTaps): Promise<LoadResult> {
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    timeout: 15,
    requests: [{ method: 'POST', setupRequest: (next) => ({ ...next, path: taps.nextPath() }) }],
  })
  const opened = result['3xx']
  return {
    opensPerS: opened / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    opened,
    others: result['1xx'] + result['2xx'] + result['4xx'] + result['5xx'] + result.errors,
  }
}

const openingBody = z.object({ openingId: z.string().optional() })

/** One HTTP request on a kept connection; elapsed ms from the first byte out to the last byte in. */
export function timedRequest(
  agent: Agent,
  url: string,
  method: 'GET' | 'POST',
): Promise<{ status: number; ms: number; openingId: string }> {
  return new Promise((resolve, reject) => {
    const startMs = performance.now()
    const sent = request(url, { method, agent }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => {
        text += part
      })
      answer.on('end', () => {
        const ms = performance.now() - startMs
        const json = answer.headers['content-type']?.startsWith('application/json')
          ? openingBody.parse(JSON.parse(text))
          : {}
        resolve({ status: answer.statusCode ?? 0, ms, openingId: json.openingId ?? '' })
      })
    })
    sent.on('error', reject)
    sent.end()
  })
}

export const keptAgent = (maxSockets: number, localAddress = '127.0.0.1'): Agent =>
  new Agent({ keepAlive: true, maxSockets, localAddress })
