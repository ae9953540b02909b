/**
 * The longest a JSON body may be is derived from its schema, in the longest encoding that a correct client may choose:
 * every UTF-16 unit as `\u0391`, as Python's `json` does for all that is not ASCII.
 */
const UNIT_BYTES = 6
/** Quotes, a comma and a space; with an indent, as people's own files have it. */
const AROUND_BYTES = 16
/** Names, times, numbers and the space between them. */
const REST_BYTES = 8_192

/** Bytes of one text of at most so many UTF-16 units. */
export const textMaxBytes = (units: number): number => units * UNIT_BYTES + AROUND_BYTES

/** Bytes of a body with these long members; short ones need not be named. */
export const bodyMaxBytes = (...members: number[]): number => REST_BYTES + members.reduce((sum, each) => sum + each, 0)
