/** What makes two requests the same one. */
export interface IdempotencyScope {
  /** SHA-256 of route, key, principal and Idempotency-Key: the table holds no secret. */
  readonly scopeHash: string
  /** SHA-256 of the request's body. */
  readonly requestHash: string
}
