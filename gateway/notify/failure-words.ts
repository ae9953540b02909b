/** Words for staff, with what to do. Never an address, an answer or anything else that may hold a secret. */
const BROKEN_OFF = 'the connection was broken off: does the receiver speak this protocol at this port?'
const UNKNOWN_HOST = 'no name server knows the host: is its name right, and is there a way out of this network?'
const NO_WAY = 'there is no way to the host: look at the network'
const NOT_IN_TIME = 'no answer came in time: does the receiver run, and does a firewall let this through?'
const BY_CODE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused: does the receiver run, and are host and port right?',
  ECONNRESET: BROKEN_OFF,
  ECONNECTION: BROKEN_OFF,
  EPIPE: BROKEN_OFF,
  ENOTFOUND: UNKNOWN_HOST,
  EAI_AGAIN: 'the name server does not answer: is there a way out of this network?',
  EDNS: UNKNOWN_HOST,
  EHOSTUNREACH: NO_WAY,
  ENETUNREACH: NO_WAY,
  ETIMEDOUT: NOT_IN_TIME,
  EABORT: NOT_IN_TIME,
  ABORT_ERR: NOT_IN_TIME,
  CERT_HAS_EXPIRED: 'the certificate has ended: renew it, and see that the clocks are right',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet: see that the clocks are right',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name: use the name that it is for',
  EPROTO: 'there is no TLS at this port that both sides speak: is the port right?',
  ETLS: 'no TLS could be begun: the server has to offer STARTTLS, or has TLS from the first byte (tls: implicit)',
  EPROTOCOL: 'what it says is no SMTP: are host and port right?',
  EAUTH: 'user or password were refused',
  ENOAUTH: 'the server wants a user and a password',
  EENVELOPE: 'the server refused the sender or every address',
  EMESSAGE: 'the server refused the message',
}
const UNTRUSTED: ReadonlySet<string> = new Set([
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ...['UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_UNTRUSTED', 'CERT_SIGNATURE_FAILURE'],
])
const NOT_TRUSTED = 'the certificate is not trusted: name its authority with caFile'

const textAt = (error: unknown, name: string): string | null => {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}

/** Why a connection or what was said in it failed. */
export function failureWords(error: unknown): string {
  // The library for mail puts its own code over the system's.
  const codes = [textAt(error, 'originalCode'), textAt(error, 'code')].filter((code) => code !== null)
  if (codes.some((code) => UNTRUSTED.has(code))) return NOT_TRUSTED
  const words = codes.map((code) => BY_CODE[code]).find((known) => known !== undefined)
  const status = textAt(error, 'responseCode')
  if (words !== undefined) return status === null ? words : `${words} (${status})`
  if (error instanceof Error && error.name === 'TimeoutError') return NOT_IN_TIME
  return codes[0] === undefined ? 'it failed for a reason that has no name' : `it failed (${codes[0]})`
}

/** Why an answer is no success; null for one that is. */
export function statusWords(status: number): string | null {
  if (status >= 200 && status <= 299) return null
  const answered = `the receiver answered ${status}`
  if (status >= 300 && status <= 399) return `${answered}, and leads elsewhere: name the URL that it leads to`
  if (status === 401 || status === 403) return `${answered}: are token, secret and URL still right?`
  if (status === 404 || status === 410) return `${answered}: is the URL still right?`
  if (status === 429) return `${answered}: it gets too much, and is tried later`
  if (status >= 500) return `${answered}: look what is wrong with it`
  return `${answered}: does it take this format?`
}
