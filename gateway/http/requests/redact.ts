const SECRETS =
  /lk_[0-9a-f]{16}_[\w-]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|eyJ[\w-]+(?:\.[\w-]*)*/gi
const MAX_CHARACTERS = 4_000

/** A text for the log, without what looks like a key's UUID or a token. */
export const redact = (text: string): string => text.slice(0, MAX_CHARACTERS).replace(SECRETS, '[redacted]')
