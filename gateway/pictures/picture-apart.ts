import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { MakePicture, PictureUse } from '#domain/pictures/picture.ts'
import { whyForeign } from './foreign-file.ts'
import { pictureAnswer } from './picture-answer.ts'

/** The one at work included: whoever asks waits no longer than a connection without a word lives. */
const WAITING_MAX = 2
/** Of the wall: a busy machine gives it little. What it may compute is limited by itself, below. */
const WORK_MAX_MS = 25_000
/** The answer, with room to spare. */
const ANSWER_MAX_BYTES = 64 * 1_024

/**
 * What the process may take: 10 s of a core, a gigabyte of memory on paper (Node alone maps 0.6 of it and uses a tenth),
 * no file written, and the first place among those whom a full memory ends. `nice`: doors go first.
 */
const WITHIN_LIMITS =
  'echo 1000 >/proc/self/oom_score_adj; ulimit -c 0; ulimit -f 0; ulimit -t 10; ulimit -d 1048576; exec nice -n 5 "$@"'

const NODE_FLAGS = [
  // No other program, thread or written file, even if the decoder's JavaScript were turned against us.
  ...['--permission', '--allow-addons', '--allow-fs-read=*', '--disable-warning=SecurityWarning'],
]

const TOO_HARD = 'takes more time or memory than a picture may'

/**
 * Decodes and encodes pictures one at a time, each in a process of its own: a file that was made to break a decoder, to
 * fill the memory or to take for ever ends that process, and the one that guards doors notices nothing.
 *
 * @param workMaxMs of the wall, after which a process is ended
 */
export function pictureMaker(workMaxMs = WORK_MAX_MS): MakePicture {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  return async (bytes, use) => {
    const why = whyForeign(bytes)
    if (why !== null) return { kind: 'refused', why }
    if (waiting >= WAITING_MAX) return { kind: 'busy' }
    waiting += 1
    const made = last.then(() => makeApart(bytes, use, workMaxMs))
    last = made.catch(() => {})
    try {
      return await made
    } finally {
      waiting -= 1
    }
  }
}

async function makeApart(bytes: Uint8Array, use: PictureUse, workMaxMs: number): ReturnType<MakePicture> {
  const said = await runApart(bytes, use, workMaxMs)
  if (said === null) return { kind: 'refused', why: TOO_HARD }
  return pictureAnswer(said, use)
}

/** What the process said; null when it was ended for what it took. */
function runApart(bytes: Uint8Array, use: PictureUse, workMaxMs: number): Promise<string | null> {
  const script = fileURLToPath(new URL('./picture-process.mjs', import.meta.url))
  const command = ['-c', WITHIN_LIMITS, 'sh', process.execPath, ...NODE_FLAGS, script, use]
  const limits = { timeout: workMaxMs, killSignal: 'SIGKILL', maxBuffer: ANSWER_MAX_BYTES } as const
  return new Promise((resolve, reject) => {
    // Nothing of our surroundings: what stands in the environment of a service may be a secret.
    const child = execFile('/bin/sh', command, { ...limits, env: {}, cwd: '/' }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else if (error.killed === true || typeof error.signal === 'string') resolve(null)
      else reject(new Error(`the picture process failed: ${stderr.trim().split('\n').at(-1) || error.message}`))
    })
    // It may have ended before it read everything; the callback tells.
    child.stdin?.on('error', () => {})
    child.stdin?.end(bytes)
  })
}
