import path from 'node:path'
import type { CliContext, PrivateFile } from '#cli/context.ts'

/**
 * One sheet for each door, written before anything is stored: a private key that was made here exists nowhere else, so a gateway
 * or a machine that ends in between must not leave a lock whose key nobody has.
 */
export class SheetFolder {
  readonly #context: Pick<CliContext, 'createPrivateFile' | 'createPrivateFolder'>
  readonly #folder: string
  readonly #files: PrivateFile[] = []

  constructor(folder: string, context: Pick<CliContext, 'createPrivateFile' | 'createPrivateFolder'>) {
    this.#folder = folder
    this.#context = context
  }

  /** @throws when one is there already or can't be written; then none of them stays */
  write(sheets: readonly { readonly lockId: number; readonly content: object }[], told: (done: number) => void): void {
    this.#context.createPrivateFolder(this.#folder)
    try {
      for (const [at, { lockId, content }] of sheets.entries()) {
        const file = this.#context.createPrivateFile(path.join(this.#folder, `lock-${lockId}.json`))
        this.#files.push(file)
        file.write(`${JSON.stringify(content, null, 2)}\n`)
        told(at + 1)
      }
    } catch (error) {
      this.takeAway()
      throw error
    }
  }

  /** For a list that was refused: a sheet of a lock that is not there would only mislead. */
  takeAway(): void {
    for (const file of this.#files.splice(0)) file.remove()
  }
}
