import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { until } from './until.ts'

/** Half of what a short command takes is reading our sources. */
const COMPILE_CACHE = path.resolve('node_modules/.cache/latchkey-tests')

export interface Finished {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** Another process, and every word of it. Disposing of it kills it if it still runs. */
export class Program implements AsyncDisposable {
  readonly ended: Promise<Finished>
  readonly #child: ChildProcess
  stdout = ''
  stderr = ''

  private constructor(child: ChildProcess) {
    this.#child = child
    child.stdout?.on('data', (chunk) => {
      this.stdout += String(chunk)
    })
    child.stderr?.on('data', (chunk) => {
      this.stderr += String(chunk)
    })
    this.ended = this.#waitForEnd()
    // Whoever asks is told; who does not is not ended by it.
    this.ended.catch(() => {})
  }

  static start(file: string, args: readonly string[], options: SpawnOptions & { input?: string } = {}): Program {
    const { input, env = process.env, ...rest } = options
    const program = new Program(
      spawn(file, args, {
        ...rest,
        env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
    )
    program.#child.stdin?.on('error', () => {})
    program.#child.stdin?.end(input ?? '')
    return program
  }

  static run(
    file: string,
    args: readonly string[],
    options: SpawnOptions & { input?: string } = {},
  ): Promise<Finished> {
    return Program.start(file, args, options).ended
  }

  get pid(): number {
    const { pid } = this.#child
    if (pid === undefined) throw new Error('the program did not start')
    return pid
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** The first line on standard output that satisfies this, or a loud failure when the program ends before. */
  async line(fits: (line: string) => boolean = () => true, withinMs = 20_000): Promise<string> {
    return await until(
      'a line on standard output',
      () => {
        const found = this.stdout.split('\n').slice(0, -1).find(fits)
        if (found === undefined && !this.running)
          throw new Error(`ended without that line: ${this.stdout}${this.stderr}`)
        return found ?? false
      },
      withinMs,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.running) this.kill('SIGKILL')
    await this.ended
  }

  async #waitForEnd(): Promise<Finished> {
    // `close`, not `exit`: the last words may still be on their way. A failed spawn rejects.
    await once(this.#child, 'close')
    const { exitCode, signalCode } = this.#child
    return { code: exitCode, signal: signalCode, stdout: this.stdout, stderr: this.stderr }
  }
}
