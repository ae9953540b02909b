import { randomBytes } from 'node:crypto'

/** Ties an answer to the log. Short enough to read out on the phone, and no UUID: those are keys here. */
export const newRequestId = (): string => randomBytes(8).toString('hex')
