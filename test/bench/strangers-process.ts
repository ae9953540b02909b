import { randomUUID } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { z } from 'zod'
import { answerParent } from './child.ts'

/** Connections of strangers who guess: so many ask again and again on the same, so many come anew for each guess. */
const KEEPING = 400
const COMING_ANEW = 600
const ASKS_AGAIN_MS = 20
const COMES_AGAIN_MS = 100

const { url, from } = z.object({ url: z.url(), from: z.string() }).parse(JSON.parse(process.argv[2] ?? '{}'))
const { hostname, port, host } = new URL(url)
const open = new Set<Socket>()
let isOver = false
/** So that a run in which nobody came is seen as such. */
const did = { asked: 0, answered: 0, came: 0 }

function guess(socket: Socket): void {
  did.asked += 1
  socket.write(`GET /temp-keys/${randomUUID()} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
}

function stranger(keeps: boolean): void {
  if (isOver) return
  let hasAnswer = false
  const socket = connect({ host: hostname, port: Number(port), localAddress: from }, () => {
    did.came += 1
    guess(socket)
  })
  open.add(socket)
  socket.on('data', () => {
    did.answered += 1
    hasAnswer = true
    if (keeps) setTimeout(() => socket.writable && guess(socket), ASKS_AGAIN_MS)
    else socket.destroy()
  })
  // Resets are what it is here for.
  socket.on('error', () => {})
  socket.on('close', () => {
    open.delete(socket)
    if (hasAnswer) stranger(keeps)
    else setTimeout(() => stranger(keeps), COMES_AGAIN_MS)
  })
}

answerParent(
  {
    begin: () => {
      for (let count = 0; count < KEEPING; count += 1) stranger(true)
      for (let count = 0; count < COMING_ANEW; count += 1) stranger(false)
    },
    did: () => did,
  },
  async () => {
    isOver = true
    for (const socket of open) socket.destroy()
  },
)
