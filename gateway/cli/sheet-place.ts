import { type CliContext, CommandError, type PrivateFile } from './context.ts'
import type { Globals } from './globals.ts'

/** Where a sheet goes: standard output, or a file that is made before anything is changed, for its secrets exist only once. */
export class SheetPlace {
  readonly #context: Pick<CliContext, 'print'>
  readonly #file: PrivateFile | null

  private constructor(context: Pick<CliContext, 'print'>, file: PrivateFile | null) {
    this.#context = context
    this.#file = file
  }

  static of(out: string | undefined, context: Pick<CliContext, 'print' | 'createPrivateFile'>): SheetPlace {
    return new SheetPlace(context, out === undefined ? null : context.createPrivateFile(out))
  }

  /** Runs what makes the sheet; when that fails, the empty file goes again. */
  async filledBy<T>(make: () => Promise<T>): Promise<T> {
    try {
      return await make()
    } catch (error) {
      this.#file?.remove()
      throw error
    }
  }

  /** @param facts what is told of the lock besides, as JSON */
  put(flashing: object, facts: { readonly lockId: number; readonly [fact: string]: unknown }, { json }: Globals): void {
    const { print } = this.#context
    if (this.#file === null) {
      print(JSON.stringify(flashing, null, json ? 0 : 2))
      return
    }
    const { path } = this.#file
    try {
      this.#file.write(`${JSON.stringify(flashing, null, 2)}\n`)
    } catch (error) {
      throw new CommandError(
        `${error instanceof Error ? error.message : String(error)}: what was changed of lock ${facts.lockId} stands. Make another sheet for it with lock reflash ${facts.lockId} --keep-key, or with lock replace where its private key was made here`,
      )
    }
    print(json ? JSON.stringify({ ...facts, out: path }) : `The flashing sheet is ${path}, readable by you alone.`)
  }

  /** Where a person finds the sheet. */
  get words(): string {
    return this.#file === null ? 'the JSON above' : 'that sheet'
  }
}
