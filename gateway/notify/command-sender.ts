import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { SendResult } from '#domain/delivery/send-notice.ts'
import { systemErrorCode } from '#runtime/startup-error.ts'
import { asJson } from './formats.ts'
import type { Message } from './message.ts'

export interface CommandReceiver {
  readonly program: string
  readonly args: readonly string[]
  readonly withinMs: number
}

/** What a command says is for whoever looks for a mistake in it: so much is kept. */
const KEPT_BYTES = 2_000
/** Reading is work: a command that says more than this is no longer listened to. */
const HEARD_MAX_BYTES = 65_536
/** The gateway's own environment may hold what is nobody's business. */
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' }

/**
 * Runs the command with the notice as JSON on its standard input, without a shell. It is over when the command itself
 * ends; what it started in its own process group is ended with it, and all of it when its time is up.
 *
 * @param heard gets what it said, for the log at its most detailed level
 */
export function sendByCommand(
  { program, args, withinMs }: CommandReceiver,
  message: Message,
  ending: AbortSignal,
  heard: (said: string) => void,
): Promise<SendResult> {
  return new Promise((resolve) => {
    let child: ChildProcess
    try {
      child = spawn(program, args, { cwd: '/', detached: true, env: ENVIRONMENT, shell: false, stdio: 'pipe' })
    } catch (error) {
      return resolve({ kind: 'failed', cause: startWords(error) })
    }
    const said = [child.stdout, child.stderr].map((stream) => listenTo(stream))
    let isOver = false
    const settle = (result: SendResult): void => {
      // What was ended tells of its end once more: by then its number may be another program's.
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      ending.removeEventListener('abort', breakOff)
      endGroup(child)
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy()
      heard(said.map((each) => each()).join(''))
      resolve(result)
    }
    const timer = setTimeout(() => {
      settle({ kind: 'failed', cause: `the command did not end within ${withinMs / 1_000} s, and was ended` })
    }, withinMs)
    const breakOff = (): void => settle({ kind: 'failed', cause: 'the gateway ended, and the command with it' })
    ending.addEventListener('abort', breakOff)
    child.on('error', (error) => settle({ kind: 'failed', cause: startWords(error) }))
    child.on('exit', (code, signal) => settle(resultOf(code, signal)))
    // A command may end without having read anything.
    child.stdin?.on('error', () => {})
    child.stdin?.end(`${asJson(message).body}\n`)
  })
}

function resultOf(code: number | null, signal: NodeJS.Signals | null): SendResult {
  if (code === 0) return { kind: 'delivered' }
  const how = signal === null ? `ended with ${code}` : `was ended by ${signal}`
  return { kind: 'failed', cause: `the command ${how}: run it by hand, or look at the log with log.level debug` }
}

function startWords(error: unknown): string {
  const code = systemErrorCode(error)
  if (code === 'ENOENT') return 'the command is not there: is its path right?'
  if (code === 'EACCES') return 'the command may not be run by this user: is it executable?'
  return `the command could not be started (${code ?? 'no reason was given'})`
}

/** The answer tells what was said so far. */
function listenTo(stream: Readable | null): () => string {
  let kept = ''
  let bytes = 0
  stream?.on('error', () => {})
  stream?.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (kept.length < KEPT_BYTES) kept = (kept + chunk.toString('utf8')).slice(0, KEPT_BYTES)
    if (bytes > HEARD_MAX_BYTES) stream.destroy()
  })
  return () => kept
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nothing of it runs any more.
  }
}
