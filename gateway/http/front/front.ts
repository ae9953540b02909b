import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { Server as NetServer, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import type { HttpLog, Listener } from '#http/contract/http-deps.ts'
import { AddressList } from './address-list.ts'
import { Arrivals, type Heartbeat } from './arrivals.ts'
import type { Connection } from './connection.ts'
import { Connections } from './connections.ts'
import { ListenQueue } from './listen-queue.ts'
import { toOriginForm } from './origin-form.ts'
import { RequestQueue, type SharedByQueues } from './request-queue.ts'
import { Turns } from './turns.ts'

/** Enough for a thousand guests at once, and few enough to have a file descriptor for each beside the locks' own. */
const CONNECTIONS_MAX = 2_000
/** Above what a hotel behind one address has at work in one moment, and few enough that four such are needed to fill it. */
const OF_NETWORK_MAX = 500
const TURNED_AWAY_TOLD_EVERY_MS = 60_000
const TURNED_AWAY = {
  network: 'newcomers of a network were turned away: all connections of its share are at work',
  listener: 'newcomers were turned away: all connections of the listener are at work',
}
/** Where the kernel shares the connections of one port out among many listening sockets. */
export const CAN_SHARE_PORT = process.platform === 'linux'
/** Connections that the kernel holds ready at a listening socket; more than that try again by themselves. */
const BACKLOG = 511
/** Per socket, where many share a port: the shorter a queue, the better we know how long a connection waited in it. */
const SHARED_BACKLOG = 128
const LOOK_EVERY_MS = 1_000
/** Without a turn for so long the loop stood still, and what has come meanwhile is not read yet. */
const STALLED_MIN_MS = 1_000
/** A request at work gets its answer by `answerWaitMs`. One that got none in so many times of silence never will. */
const SILENCES_MAX = 3
/** While the listener closes, whoever has his answer has a second to close his side. */
const CLOSING_FOR_LOOKS = 1

export interface FrontOptions {
  readonly heartbeat: Heartbeat
  readonly tls: Listener['tls']
  /** False for the Unix socket, which nothing is shared on. */
  readonly isOnPort: boolean
  /** Idle time of a socket before it is ended, whether the next bytes are due from the caller or from us. */
  readonly silenceMaxMs: number
  readonly log: HttpLog
  /** Proxies that many networks come through: addresses and ranges. */
  readonly trustedProxies?: readonly string[]
  readonly connectionsMax?: number
  readonly ofNetworkMax?: number
}

declare module 'fastify' {
  interface FastifyInstance {
    /** More sockets that listen on the server's port. They hand their connections to the server, and close with it. */
    readonly otherSockets: NetServer[]
    /** Told of each socket that reports a fault once it listens: too many open files, for instance. The others go on. */
    readonly listeningFailed: (error: Error) => void
    /** Connections that may wait at each of its listening sockets. */
    readonly backlog: number
  }
}

type Serve = (request: IncomingMessage, response: ServerResponse) => void
/** Of bytes that never become a request. */
type OnBroken = (error: Error & { code?: string }, socket: Socket) => void

/** What stands before the routes of one listener: its servers and connections, and when each request may begin. */
export class Front {
  readonly connections: Connections
  readonly #options: FrontOptions
  readonly #shared: SharedByQueues
  readonly #looking: NodeJS.Timeout
  readonly #backlog: number
  #isClosing = false
  /** Not yet told. */
  #turnedAwayCount = 0
  #turnedAwayToldAtMs = Number.NEGATIVE_INFINITY

  constructor(options: FrontOptions) {
    this.#options = options
    this.#backlog = CAN_SHARE_PORT && options.isOnPort ? SHARED_BACKLOG : BACKLOG
    const proxies = new AddressList(options.trustedProxies ?? [])
    this.connections = new Connections({
      max: options.connectionsMax ?? CONNECTIONS_MAX,
      ofNetworkMax: options.ofNetworkMax ?? OF_NETWORK_MAX,
      isForMany: (address) => proxies.has(address),
      turnedAway: (why) => this.#turnedAway(why),
    })
    this.#shared = {
      arrivals: new Arrivals(options.heartbeat),
      turns: new Turns(() => options.heartbeat.nowMs()),
      room: { bytes: 0 },
    }
    this.#looking = setInterval(() => {
      for (const connection of this.connections) connection.look()
    }, LOOK_EVERY_MS).unref()
  }

  /** The loop has just stood still: whoever seems to be late may be so for that alone. */
  get isStalled(): boolean {
    const { heartbeat } = this.#options
    return heartbeat.nowMs() - heartbeat.turnedAtMs() >= STALLED_MIN_MS
  }

  /** The server of this listener's requests, whichever socket they come by. */
  createServer(serve: Serve, onBroken: OnBroken): Server {
    const { tls, silenceMaxMs } = this.#options
    const rules = {
      headersTimeout: 5_000,
      // The time that a request may take to arrive whole; the wait for a lock comes after it and is not cut.
      requestTimeout: 10_000,
      connectionsCheckingInterval: 1_000,
      requireHostHeader: false,
      keepAliveTimeout: 15_000,
    }
    // Half-open: a caller that closed its sending side may still wait for the answer.
    const server =
      tls === null
        ? http.createServer(rules)
        : https.createServer({ ...tls, ...rules, handshakeTimeout: 5_000, allowHalfOpen: true })
    Object.assign(server, { httpAllowHalfOpen: true })
    server.setTimeout(silenceMaxMs)
    const queues = new WeakMap<object, ListenQueue>()
    const queueOf = (listening: object): ListenQueue => {
      const queue = queues.get(listening) ?? new ListenQueue(this.#options.heartbeat, this.#backlog + 1)
      queues.set(listening, queue)
      return queue
    }
    // Its port may have other listening sockets, which name themselves.
    server.on('connection', (socket: Socket, listening: object = server) => {
      this.#shared.turns.newcomer()
      const connection = this.connections.came(socket, queueOf(listening).accepted())
      if (connection !== null && tls === null) this.#takeRequests(connection)
    })
    server.on('secureConnection', (socket: TLSSocket) => {
      const connection = this.connections.secured(socket)
      if (connection === null) socket.destroy()
      else this.#takeRequests(connection)
    })
    server.on('timeout', (socket: Socket) => this.#silent(socket))
    const gate: Serve = (request, response) => {
      if (this.connections.of(request.socket)?.requests?.begins(request, response) === true) {
        toOriginForm(request)
        serve(request, response)
      } else {
        request.socket.destroy()
      }
    }
    server.on('request', gate)
    // An unknown Expect is not ours to judge; Node would answer 417 in its own words.
    server.on('checkExpectation', gate)
    server.on('clientError', onBroken)
    return server
  }

  /**
   * @param lingerMaxMs once the listener closes, the longest that a connection may stay: enough for each running
   * request to get its answer
   */
  closeWith(app: FastifyInstance, lingerMaxMs: number): void {
    const otherSockets: NetServer[] = []
    app.decorate('otherSockets', otherSockets)
    app.decorate('backlog', this.#backlog)
    app.decorate('listeningFailed', (error: Error) => {
      this.#options.log?.error({ cause: error.message }, 'a listening socket reports a fault')
    })
    const othersClosed: Promise<unknown>[] = []
    let lingering: NodeJS.Timeout | undefined
    app.addHook('preClose', async () => {
      this.#isClosing = true
      for (const other of otherSockets) othersClosed.push(new Promise((resolve) => other.close(resolve)))
      // Node stops its own time limits when it closes: who sends a byte now and then would keep it open for ever.
      for (const connection of this.connections)
        if (connection.requests?.isAtWork !== true) this.#endForClosing(connection)
      lingering = setTimeout(() => {
        for (const connection of this.connections) connection.cut('the listener closed')
      }, lingerMaxMs)
      // Connections keep the process by themselves; a server that never listened has none.
      lingering.unref()
    })
    app.addHook('onClose', async () => {
      await Promise.all(othersClosed)
      clearTimeout(lingering)
      clearInterval(this.#looking)
    })
  }

  /** How long ago a request can have come, in ms; 0 for one from inside this process. */
  ageMs({ socket }: IncomingMessage): number {
    return this.connections.of(socket)?.requests?.ageMs ?? 0
  }

  /** False once nobody waits for the answer to the request that is at work on this connection. */
  isCallerThere({ socket }: IncomingMessage): boolean | Promise<boolean> {
    return this.connections.of(socket)?.requests?.isCallerThere() ?? true
  }

  /** Once a minute: who turns newcomers away for hours must not fill the log, too. */
  #turnedAway(why: 'network' | 'listener'): void {
    this.#turnedAwayCount += 1
    const nowMs = this.#options.heartbeat.nowMs()
    if (nowMs < this.#turnedAwayToldAtMs + TURNED_AWAY_TOLD_EVERY_MS) return
    this.#turnedAwayToldAtMs = nowMs
    this.#options.log?.warn({ turnedAway: this.#turnedAwayCount, full: why }, TURNED_AWAY[why])
    this.#turnedAwayCount = 0
  }

  #takeRequests(connection: Connection): void {
    connection.requests = new RequestQueue(connection, this.#shared, () => this.#answered(connection))
  }

  #answered(connection: Connection): void {
    this.connections.used(connection)
    if (this.#isClosing) this.#endForClosing(connection)
  }

  #endForClosing(connection: Connection): void {
    connection.end('the listener closes', CLOSING_FOR_LOOKS)
  }

  #silent(socket: Socket): void {
    const connection = this.connections.of(socket)
    if (connection === null) {
      socket.destroy()
      return
    }
    const { requests } = connection
    if (requests?.isAtWork === true && !requests.isAnswering) {
      connection.silences += 1
      if (connection.silences <= SILENCES_MAX) {
        socket.setTimeout(this.#options.silenceMaxMs)
        return
      }
      this.#options.log?.error({}, 'a request got no answer: its connection is ended')
      connection.cut('its request got no answer')
    } else if (this.isStalled) {
      // What it said meanwhile is read next.
      socket.setTimeout(STALLED_MIN_MS)
    } else {
      connection.end('it was silent')
    }
  }
}
