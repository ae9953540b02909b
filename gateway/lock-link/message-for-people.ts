import type { LockMessage } from '#domain/locks/door-messages.ts'
import { withoutKeys } from '#domain/temp-keys/pasted-key.ts'
import { decodeMessage } from '#protocol/explain.ts'
import type { LockMessageTrace } from './lock-link-options.ts'

/** As long as a message may be. */
const TEXT_MAX = 1_024

/** What a message says, as `explain-message` reads it. The signature stays out, and so does whatever looks like a key's link. */
export function messageForPeople({ direction, message, verdict, detail }: LockMessageTrace): LockMessage {
  const { header, payload } = decodeMessage(message)
  const typ = header?.value?.typ
  const said = payload?.value === null || payload === null ? (payload?.text ?? '') : JSON.stringify(payload.value)
  return {
    ...{ direction, verdict },
    type: typeof typ === 'string' ? withoutKeys(typ.slice(0, 40)) : null,
    text: withoutKeys(said).slice(0, TEXT_MAX),
    detail: detail === null ? null : withoutKeys(detail).slice(0, TEXT_MAX),
  }
}
