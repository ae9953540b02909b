import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { z } from 'zod'
import { answerParent } from './child.ts'

/** Connections that one attacker holds at once, and how soon another takes the place of one that the gateway ended. */
const PIPELINING = 10
const READING_NOTHING = 100
const ASKING = 8
const COMES_AGAIN_MS = 100

/** As much as fits into one read of the gateway's, and as much as waits on a connection without being cut. */
const WHOLE_READ_BYTES = 65_536
const MAY_WAIT_BYTES = 16_000

const { url } = z.object({ url: z.url() }).parse(JSON.parse(process.argv[2] ?? '{}'))
const { hostname, port, host } = new URL(url)
const agent = new Agent({ keepAlive: true, maxSockets: ASKING })
let isOver = false
/** So that a run that attacked nothing is seen as such. */
const did = { pipelined: 0, leftUnread: 0, answered: 0, refused: 0 }

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`

/** Says this on a connection, again on the next one when that is gone, and so on. */
function keepSaying(words: () => string, { reads, said }: { reads: boolean; said: () => void }): void {
  if (isOver) return
  const socket = connect(Number(port), hostname, () => {
    socket.write(words())
    said()
  })
  if (reads) socket.resume()
  else socket.pause()
  // Resets are what it is here for.
  socket.on('error', () => {})
  socket.on('close', () => setTimeout(() => keepSaying(words, { reads, said }), COMES_AGAIN_MS))
}

function pipelined(): string {
  const one = get('/openapi.json')
  const bytes = did.pipelined % 2 === 0 ? WHOLE_READ_BYTES : MAY_WAIT_BYTES
  return one.repeat(Math.floor(bytes / one.length))
}

function askOnAndOn(): void {
  if (isOver) return
  const sent = request(`${url}/openapi.json`, { agent }, (answer) => {
    if (answer.statusCode === 200) did.answered += 1
    else did.refused += 1
    answer.resume()
    answer.on('close', askOnAndOn)
  })
  sent.on('error', () => setTimeout(askOnAndOn, COMES_AGAIN_MS))
  sent.end()
}

answerParent(
  {
    begin: () => {
      for (let count = 0; count < PIPELINING; count += 1) {
        keepSaying(pipelined, {
          reads: true,
          said: () => {
            did.pipelined += 1
          },
        })
      }
      for (let count = 0; count < READING_NOTHING; count += 1) {
        keepSaying(() => get('/docs/static/swagger-ui-bundle.js'), {
          reads: false,
          said: () => {
            did.leftUnread += 1
          },
        })
      }
      for (let count = 0; count < ASKING; count += 1) askOnAndOn()
    },
    did: () => did,
  },
  async () => {
    isOver = true
    agent.destroy()
  },
)
