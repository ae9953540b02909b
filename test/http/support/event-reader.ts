import { z } from 'zod'

const event = z.looseObject({ aggregateId: z.string(), version: z.int(), type: z.string() })
export type ReadEvent = z.infer<typeof event>

/** A client of server-sent events: reads when it is asked to, and knows the last id. */
export class EventReader {
  /** Of the last event that arrived, read or not. */
  lastEventId = ''
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #events: ReadEvent[] = []
  readonly #ids = new WeakMap<ReadEvent, string>()
  readonly #decoder = new TextDecoder()
  #text = ''

  private constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader()
  }

  static async open(url: string, headers: Record<string, string>): Promise<EventReader> {
    const answer = await fetch(url, { headers: { ...headers, accept: 'text/event-stream' } })
    if (answer.status !== 200 || answer.body === null) throw new Error(`status ${answer.status}`)
    return new EventReader(answer.body)
  }

  /** Rejects when the stream ends first. */
  async next(): Promise<ReadEvent> {
    for (;;) {
      const first = this.#events.shift()
      if (first !== undefined) return first
      if (!(await this.#more())) throw new Error('the stream ended')
    }
  }

  /** The id that came with an event of this stream. */
  idOf(read: ReadEvent): string {
    return this.#ids.get(read) ?? ''
  }

  /** Resolves when the other end has ended the stream. */
  get ended(): Promise<void> {
    return (async () => {
      while (await this.#more());
    })()
  }

  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => {})
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#reader.read().catch(() => ({ value: undefined, done: true }))
    if (done || value === undefined) return false
    this.#text += this.#decoder.decode(value, { stream: true })
    const blocks = this.#text.split('\n\n')
    this.#text = blocks.pop() ?? ''
    for (const block of blocks) {
      const lines = block.split('\n')
      const id = lines.find((line) => line.startsWith('id: '))?.slice(4)
      const data = lines.find((line) => line.startsWith('data: '))?.slice(6)
      if (id !== undefined) this.lastEventId = id
      if (data === undefined) continue
      const read = event.parse(JSON.parse(data))
      this.#events.push(read)
      this.#ids.set(read, this.lastEventId)
    }
    return true
  }
}
