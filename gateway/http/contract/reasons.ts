export interface ReasonEntry {
  readonly status: number
  /** What the answer says when nothing more exact is known. */
  readonly message: string
  /** For whoever reads the reference: when this is answered. */
  readonly cause: string
  readonly retryAfterS?: number
}

/** Every reason that an answer other than success can have. Closed: a new one begins here. */
export const REASONS = {
  'malformed-uuid': {
    status: 400,
    message: 'This is not the UUID of a key.',
    cause: 'The UUID in the path has not the form of one; details name the field uuid.',
  },
  'invalid-request': {
    status: 400,
    message: 'The request is not valid; details name every wrong field.',
    cause: 'A path, query, header or body field is missing, unknown, repeated or out of its bounds.',
  },
  'key-revoked': { status: 400, message: 'This key was revoked.', cause: 'Somebody revoked the key.' },
  'key-not-yet-valid': {
    status: 400,
    message: 'This key is not valid yet.',
    cause: "The gateway's clock is before validFrom.",
  },
  'key-expired': {
    status: 400,
    message: 'This key has expired.',
    cause: "The gateway's clock is at or after validUntil.",
  },
  'key-used-up': {
    status: 400,
    message: 'All uses of this key are spent.',
    cause: 'usedCount + heldCount has reached maxUses.',
  },
  'bad-http': {
    status: 400,
    message: 'The request is not valid HTTP.',
    cause: 'The request could not be parsed, has a bad escape in its path, or has no Host header.',
  },
  'token-missing': {
    status: 401,
    message: 'A bearer token is needed here.',
    cause: 'The key is for named users and the request has no Authorization: Bearer header.',
  },
  'token-invalid': {
    status: 401,
    message: 'The bearer token is not valid.',
    cause: 'The token does not verify, has expired, or is for another issuer or audience; the log says which.',
  },
  'api-key-invalid': {
    status: 401,
    message: 'The API key is not valid.',
    cause: 'The X-API-Key is unknown or revoked.',
  },
  'not-signed-in': {
    status: 401,
    message: 'Nobody is signed in to the console here, or not any more.',
    cause: 'The request has no cookie of a session of the console that goes on.',
  },
  'code-invalid': {
    status: 401,
    message: 'This access code is not good, or not any more.',
    cause: 'Nobody has the access code, or the access has ended or was taken back.',
  },
  'not-whitelisted': {
    status: 403,
    message: 'This key is for other users.',
    cause: "The token's user is not in the key's allowedUserIds.",
  },
  'not-owner': { status: 403, message: 'You do not own this lock.', cause: 'The user does not own the lock.' },
  'wrong-organization': {
    status: 403,
    message: 'This lock belongs to another organization.',
    cause: "The service's organization does not own the lock.",
  },
  'insufficient-scope': {
    status: 403,
    message: 'The credential does not allow this.',
    cause: 'The credential verifies, and its scope does not include this route.',
  },
  'forbidden-origin': {
    status: 403,
    message: 'This request comes from a page of another site.',
    cause: 'Sec-Fetch-Site or Origin says that a foreign page made the browser post.',
  },
  'form-stale': {
    status: 403,
    message: 'This page was out of date, and nothing was changed. Load it again.',
    cause: 'What was sent to the console does not have the form token of the session.',
  },
  'plain-http': {
    status: 403,
    message: 'The console is served over TLS, or on the gateway itself.',
    cause: 'The console was asked for over plain HTTP from elsewhere, and the config does not allow that.',
  },
  'too-many-prepared-locks': {
    status: 403,
    message: 'Too many locks have been created that have no key yet.',
    cause:
      'The organization or user, or all of the site together, has created as many locks without a key as the config allows.',
  },
  'key-not-found': { status: 404, message: 'There is no such key.', cause: 'No key has this UUID.' },
  'lock-not-found': { status: 404, message: 'There is no such lock.', cause: 'No lock has this id.' },
  'staff-not-found': {
    status: 404,
    message: 'Nobody of the staff has this id.',
    cause: 'The id is nobody’s, or the person was removed.',
  },
  'opening-not-found': {
    status: 404,
    message: 'There is no such opening.',
    cause: 'No opening has this id, or it belongs to another key than the one asked about.',
  },
  'route-not-found': {
    status: 404,
    message: 'There is nothing here.',
    cause: 'No route has this path on this listener.',
  },
  'method-not-allowed': {
    status: 405,
    message: 'This path does not take this method.',
    cause: 'The path exists with the methods that the Allow header names.',
  },
  'lock-retired': {
    status: 410,
    message: 'This lock was taken out of service for good; nothing was sent, and nothing of it can be changed.',
    cause: 'The owner retired the lock (lock retire): its keys are revoked, and its number is given to no other lock.',
  },
  'too-slow': {
    status: 408,
    message: 'The request took too long to arrive.',
    cause: 'Headers took 5 s or all of it 10 s.',
  },
  'body-too-large': { status: 413, message: 'The body is too large.', cause: 'The body is over 8 KiB.' },
  'url-too-long': {
    status: 414,
    message: 'The URL is too long.',
    cause: 'The URL or one segment of its path is too long.',
  },
  'unsupported-media-type': {
    status: 415,
    message: 'A body is taken as application/json or application/x-www-form-urlencoded.',
    cause: 'The Content-Type is another, or is missing while there is a body.',
  },
  'foreign-host': {
    status: 421,
    message: 'This gateway does not answer for that host.',
    cause: "The Host header is neither the public URL's host nor an address of this listener.",
  },
  'headers-too-large': {
    status: 431,
    message: 'The headers are too large.',
    cause: 'Request line and headers are over 16 KiB.',
  },
  'lock-busy': {
    status: 409,
    message: 'The lock is busy with other openings; nothing was sent.',
    cause: 'Three callers wait already, or the wait was over 2 s.',
    retryAfterS: 2,
  },
  'opening-unconfirmed': {
    status: 409,
    message: "The key's last use is held by an opening that the lock has not confirmed yet.",
    cause: 'An earlier opening may have opened the door and the lock is still silent about it; openingId names it.',
    retryAfterS: 5,
  },
  'idempotency-mismatch': {
    status: 422,
    message: 'This Idempotency-Key was used with another request.',
    cause: 'The same Idempotency-Key came with another body.',
  },
  'rate-limited': {
    status: 429,
    message: 'Too many requests.',
    cause: 'The caller is over its rate.',
    retryAfterS: 10,
  },
  internal: {
    status: 500,
    message: 'Something went wrong in the gateway.',
    cause: 'A fault of the gateway; its log has it under the requestId.',
  },
  'not-supported': {
    status: 501,
    message: 'This gateway does not serve this route.',
    cause:
      'A route under /temp-keys, /collective-temp-keys or /locks that is not served here; it says nothing about the key.',
  },
  'lock-refused': {
    status: 502,
    message: 'The lock did not open the door, and will not for this attempt; no use is spent.',
    cause: "The lock signed that it did not and will not execute the command; lockReason is the lock's own reason.",
  },
  'lock-jammed': {
    status: 502,
    message: 'The lock could not move its bolt; no use is spent.',
    cause: 'The lock signed that its bolt is jammed.',
  },
  'lock-offline': {
    status: 503,
    message: 'The lock cannot be reached; nothing was sent and no use is spent.',
    cause: 'The lock has not answered on its present connection.',
    retryAfterS: 5,
  },
  'store-failed': {
    status: 503,
    message: 'The gateway cannot write to its store; nothing was sent and no use is spent.',
    cause: 'The disk is full or fails.',
    retryAfterS: 5,
  },
  'clock-untrusted': {
    status: 503,
    message: "The gateway's clock cannot be trusted, so no key can be judged; nothing was sent.",
    cause: 'The clock stands behind the last stored time.',
    retryAfterS: 60,
  },
  overloaded: {
    status: 503,
    message: 'The gateway is overloaded; nothing was sent and no use is spent.',
    cause:
      'Too little time was left to send a command, or too many event streams are open, or too many pages of events or long bodies are at work at once.',
    retryAfterS: 2,
  },
  // Read only by an HTTP/1.0 client that closed its side, and by a tap that joined just when this was decided.
  'caller-gone': {
    status: 503,
    message: 'Nobody seemed to wait for this opening any more; nothing was sent and no use is spent.',
    cause:
      'The caller closed its side of the connection before the command was sent. One of HTTP/1.1 is asked whether it still reads (102); with HTTP/1.0 nobody can ask, so keep the connection open until the answer.',
    retryAfterS: 2,
  },
  'shutting-down': {
    status: 503,
    message: 'The gateway is restarting; nothing was sent and no use is spent.',
    cause: 'The gateway was asked to stop.',
    retryAfterS: 5,
  },
  unconfirmed: {
    status: 504,
    message: 'The lock has not answered yet: the door may be open. Ask for the opening to know.',
    cause: 'The command was sent and no ack came in time; GET /openings/{openingId} will know.',
  },
} as const satisfies Record<string, ReasonEntry>

export type Reason = keyof typeof REASONS

export const isReason = (name: unknown): name is Reason => typeof name === 'string' && Object.hasOwn(REASONS, name)
export const reasonEntry = (reason: Reason): ReasonEntry => REASONS[reason]
