import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Arrivals, ReadSince } from './arrivals.ts'
import { ClosedSide } from './closed-side.ts'
import { MessageEnd } from './message-end.ts'
import type { Beginner, Turns } from './turns.ts'
import { type Piece, WaitingBytes } from './waiting-bytes.ts'

/** A reader that has taken nothing for so many looks, one a second, reads nothing. */
const NOT_TAKEN_FOR_LOOKS = 5
/** After this much was written, the next answer closes the connection: nobody can see what a peer has not read yet. */
const ANSWERED_MAX_BYTES = 262_144
/** Of what comes after the end was announced: the rest of a body that was too large, for instance. */
const DROPPED_MAX_BYTES = 1_048_576

/** What the queues of one listener share. */
export interface SharedByQueues {
  readonly arrivals: Arrivals
  readonly turns: Turns
  /** Bytes that wait on all of its connections. */
  readonly room: { bytes: number }
}

/** What a queue needs of its connection. */
interface QueueConnection extends Pick<Beginner, 'network'> {
  readonly socket: Socket
  readonly accepted: ReadSince
  readonly endedFor: string | null
  end(why: string): void
  cut(why: string): void
}

/**
 * The requests of one connection, one at a time: the next begins once the one before has been answered and the kernel has
 * taken the answer. What comes earlier waits as bytes, within bounds, and is not even parsed: thousands of requests fit
 * into what is read at once.
 *
 * Node's parser judges where a request ends. It is handed the bytes piece by piece, each no longer than to where the
 * request can end, so that it never sees the next one too early; if it does all the same, the connection is cut.
 */
export class RequestQueue implements Beginner {
  readonly network: string | null
  readonly #connection: QueueConnection
  readonly #tellAnswered: () => void
  readonly #socket: Socket
  readonly #parse: (bytes: Buffer) => void
  readonly #shared: SharedByQueues
  readonly #waiting: WaitingBytes
  readonly #end = new MessageEnd()
  #read: ReadSince
  /** The newest request, until all of it has come and it has been answered. */
  #request: IncomingMessage | null = null
  /** Not null until the kernel has taken all of it. */
  #response: ServerResponse | null = null
  /** Its first bytes were parsed, its head is not complete. */
  #hasBegun = false
  #isBehindAnother = false
  /** Not read on until what waits has had its turn. */
  #isHeldUp = false
  /** When its first bytes can have come at the earliest, elapsed ms. */
  #sinceMs = 0
  #closedSide: ClosedSide | null = null
  #droppedBytes = 0
  #takenBytes = 0
  #looksWithoutTaking = 0

  /**
   * Must be called right after Node's own listener of the connection, which has set up the parser.
   *
   * @param answered called whenever a request on this connection has been answered
   */
  constructor(connection: QueueConnection, shared: SharedByQueues, answered: () => void) {
    this.#tellAnswered = answered
    const { socket, network } = connection
    this.network = network
    this.#connection = connection
    this.#socket = socket
    this.#shared = shared
    this.#waiting = new WaitingBytes(shared.room)
    this.#read = connection.accepted
    const [parse, ...others] = socket.listeners('data')
    if (parse === undefined || others.length > 0) throw new Error('Node’s HTTP server reads a socket in another way')
    this.#parse = (bytes) => parse.call(socket, bytes)
    socket.removeAllListeners('data')
    socket.on('data', (bytes: Buffer) => this.#came(bytes))
    socket.on('end', () => this.#peerClosedSide())
    socket.on('pause', () => {
      this.#read = shared.arrivals.paused(this.#read)
    })
    socket.on('resume', () => {
      this.#read = shared.arrivals.resumed(this.#read)
    })
    socket.once('close', () => this.#drop())
    // What Node calls after an answer that announced the end, and we after broken bytes.
    socket.destroySoon = () => connection.end('its last request was answered')
  }

  /** A whole request is at work, or its answer on its way. What is written to the connection now would be read as that answer. */
  get isAtWork(): boolean {
    const request = this.#request
    if (request === null || this.#response === null) return false
    // A handler of these does not wait for a body.
    return request.complete || request.method === 'GET' || request.method === 'HEAD'
  }

  /** At work, or waits for its turn. */
  get isBusy(): boolean {
    return this.isAtWork || !this.#waiting.isEmpty
  }

  /** Broken bytes behind a request that was answered are nobody's request: an answer to them would be taken for the next one's. */
  get mayBeTold(): boolean {
    // A request that only reads is at work before its body has come: then it is that request itself that is broken.
    if (this.#request?.complete === false && this.#response?.headersSent === false) return true
    return !this.isAtWork && !(this.#isBehindAnother && this.#hasBegun)
  }

  get isAnswering(): boolean {
    return this.#response?.headersSent === true
  }

  /** How long ago the first bytes of the newest request can have come, in ms. */
  get ageMs(): number {
    return this.#shared.arrivals.nowMs() - this.#sinceMs
  }

  /** Nobody waits any more when the connection is gone. */
  isCallerThere(): boolean | Promise<boolean> {
    if (this.#socket.destroyed) return false
    return this.#closedSide === null ? true : this.#closedSide.isThere()
  }

  /** The parser has read the head of a request. False when it must not be served. */
  begins(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#response !== null || this.#connection.endedFor !== null) {
      this.#connection.cut('a request began before the one before was answered')
      return false
    }
    this.#hasBegun = false
    this.#request = request
    this.#response = response
    this.#end.bodyFollows(request)
    response.once('close', () => this.#answered())
    if (this.#socket.bytesWritten > ANSWERED_MAX_BYTES) response.setHeader('Connection', 'close')
    return true
  }

  /** A turn of the loop in which the next request may begin. */
  begin(): void {
    while (this.#isNext) {
      const piece = this.#waiting.take()
      if (piece === null) break
      this.#feed(piece)
    }
    if (this.#isHeldUp) {
      this.#isHeldUp = false
      this.#socket.resume()
    }
  }

  /** Once a second: an answer that nobody takes ends its connection. */
  look(): void {
    const takenBytes = this.#socket.bytesWritten - this.#socket.writableLength
    const isTaking = this.#socket.writableLength === 0 || takenBytes !== this.#takenBytes
    this.#takenBytes = takenBytes
    this.#looksWithoutTaking = isTaking ? 0 : this.#looksWithoutTaking + 1
    if (this.#looksWithoutTaking >= NOT_TAKEN_FOR_LOOKS) this.#connection.cut('nobody reads its answer')
  }

  /** What comes now belongs to the request that is being parsed, or begins the next one. */
  get #isNext(): boolean {
    return this.#response === null || this.#request?.complete === false
  }

  /** What comes next begins a request. */
  get #isBetween(): boolean {
    return this.#request === null && !this.#hasBegun
  }

  #came(bytes: Buffer): void {
    if (this.#connection.endedFor !== null) {
      this.#droppedBytes += bytes.length
      if (this.#droppedBytes > DROPPED_MAX_BYTES) this.#connection.cut('it sent on after its end was announced')
      return
    }
    const { arrivals, turns } = this.#shared
    const piece = { bytes, sinceMs: arrivals.cameAtMs(this.#read), isBehindAnother: this.#response !== null }
    const isItsTurn = this.#waiting.isEmpty && this.#isNext && (!this.#isBetween || turns.mayBegin())
    if (isItsTurn) this.#feed(piece)
    else if (!this.#waiting.add(piece, this.#isNext)) this.#tooMuch()
    else if (this.#isNext) {
      turns.add(this)
      this.#isHeldUp ||= this.#waiting.isLong
      if (this.#isHeldUp) this.#socket.pause()
    }
  }

  #feed({ bytes, sinceMs, isBehindAnother }: Piece): void {
    let rest = bytes
    while (rest.length > 0 && !this.#socket.destroyed && this.#connection.endedFor === null) {
      if (!this.#isNext) {
        if (!this.#waiting.putBack({ bytes: rest, sinceMs, isBehindAnother: true })) this.#tooMuch()
        return
      }
      if (this.#isBetween) {
        rest = withoutLineEnds(rest)
        if (rest.length === 0) return
        this.#hasBegun = true
        this.#isBehindAnother = isBehindAnother
        this.#sinceMs = sinceMs
        this.#end.reset()
      }
      const piece = rest.subarray(0, this.#end.within(rest))
      rest = rest.subarray(piece.length)
      this.#end.passed(piece)
      this.#parse(piece)
      if (this.#response === null && this.#request?.complete === true) this.#request = null
    }
  }

  /** The kernel has taken the answer, or the connection is gone. */
  #answered(): void {
    this.#response = null
    this.#closedSide = null
    if (this.#request?.complete === true) this.#request = null
    this.#tellAnswered()
    if (!this.#waiting.isEmpty && this.#isNext) this.#shared.turns.add(this)
  }

  #tooMuch(): void {
    this.#connection.cut('more came than may wait')
  }

  /** What he had sent behind his last request is not begun: nobody may be there to hear the answer. */
  #peerClosedSide(): void {
    this.#drop()
    if (this.#response === null) return
    if (goesOn(this.#response)) this.#connection.cut('whoever followed its stream closed his side')
    else this.#closedSide = new ClosedSide(this.#response)
  }

  #drop(): void {
    this.#waiting.clear()
    this.#shared.turns.remove(this)
  }
}

/** Some clients send an empty line behind a POST: it begins no request, whenever the next one comes (RFC 9112, section 2.2). */
function withoutLineEnds(bytes: Buffer): Buffer {
  let at = 0
  while (bytes[at] === CR || bytes[at] === LF) at += 1
  return bytes.subarray(at)
}
const [CR, LF] = [0x0d, 0x0a]

/** An answer that has begun and whose end nobody knows: an event stream, which holds its place until somebody ends it. */
const goesOn = (response: ServerResponse): boolean =>
  response.headersSent && !response.writableEnded && !response.hasHeader('content-length')
