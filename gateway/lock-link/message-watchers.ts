import type { LockId, SiteId } from '#protocol/ids.ts'
import { lockTopic } from '#protocol/topics.ts'
import type { LockMessageTrace } from './lock-link-options.ts'

type Watch = (trace: LockMessageTrace) => void

/** Those who look on at the messages between the gateway and its locks. */
export class MessageWatchers {
  readonly #site: SiteId
  readonly #watches = new Set<Watch>()

  constructor(site: SiteId) {
    this.#site = site
  }

  /** The answer ends it. */
  add(watch: Watch): () => void {
    this.#watches.add(watch)
    return () => this.#watches.delete(watch)
  }

  tell(trace: LockMessageTrace): void {
    for (const watch of this.#watches) watch(trace)
  }

  /** A message of ours has been handed to the broker. */
  sent(lockId: LockId, message: string): void {
    if (this.#watches.size === 0) return
    const topic = lockTopic(this.#site, lockId, 'command')
    this.tell({ direction: 'to-lock', lockId, topic, message, verdict: 'ok', detail: null })
  }
}
