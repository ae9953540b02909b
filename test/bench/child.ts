import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { threadPoolSize } from '#runtime/thread-pool.ts'

// As `main.ts` sets it: floors, gateway and locks sign and verify alike.
process.env.UV_THREADPOOL_SIZE ??= threadPoolSize()

/** A process of the bench that answers questions by name: `gateway`, `floor`, `locks`. */
export class Child {
  readonly #process: ChildProcess
  #next = 0

  private constructor(child: ChildProcess) {
    this.#process = child
  }

  static async start(script: string, args: object, execArgv: string[] = []): Promise<Child> {
    const file = fileURLToPath(new URL(script, import.meta.url))
    const child = fork(file, [JSON.stringify(args)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: ['--import', import.meta.resolve('#runtime/typescript.mjs'), ...execArgv],
    })
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) =>
        Promise.reject(new Error(`${script} ended with ${code} before it was ready`)),
      ),
    ])
    return new Child(child)
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  ask<T>(question: string, args: object = {}): Promise<T> {
    const id = ++this.#next
    return new Promise((resolve, reject) => {
      const take = (message: { id: number; answer: T; error?: string }) => {
        if (message.id !== id) return
        this.#process.off('message', take)
        if (message.error === undefined) resolve(message.answer)
        else reject(new Error(message.error))
      }
      this.#process.on('message', take)
      this.#process.send({ id, question, args })
    })
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return
    const gone = once(this.#process, 'exit')
    this.#process.send({ id: 0, question: 'stop', args: {} })
    await gone
  }
}

type Answers = Record<string, (args: never) => unknown>

/** The child's side: ready now, and answers until it is told to stop or its parent is gone. */
export function answerParent(answers: Answers, stop: () => Promise<void>): void {
  const end = async () => {
    await stop()
    process.exit(0)
  }
  process.on('disconnect', () => void end())
  process.on('message', async ({ id, question, args }: { id: number; question: string; args: never }) => {
    if (question === 'stop') return await end()
    try {
      process.send?.({ id, answer: await answers[question]?.(args) })
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? error.message : String(error) })
    }
  })
  process.send?.({ id: 0, answer: 'ready' })
}

/** CPU time of this process, all threads, in ms. */
export const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
