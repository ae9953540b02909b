import { Readable, Writable } from 'node:stream'
import { runCommandLine } from '#gateway/command-line.ts'
import type { Finished } from './program.ts'

/**
 * Runs `latchkey` with these arguments inside this process: everything of a command but the start of a program, which takes
 * longer than most commands.
 */
export async function runCommand(args: readonly string[], input = ''): Promise<Finished> {
  const [stdout, stderr] = [new Kept(), new Kept()]
  const code = await runCommandLine(args, { stdin: Readable.from([input]), stdout, stderr })
  return { code, signal: null, stdout: stdout.text, stderr: stderr.text }
}

class Kept extends Writable {
  readonly #chunks: Buffer[] = []

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8')
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk)
    done()
  }
}
