import type { CliContext, PrivateFile } from './context.ts'
import type { Globals } from './globals.ts'

/** Where a sheet goes: standard output, or a file that is made before anything is changed, for its secrets exist only once. */
export class SheetPlace {
  readonly #context: CliContext
  readonly #file: PrivateFile | null

  private constructor(context: CliContext, file: PrivateFile | null) {
    this.#context = context
    this.#file = file
  }

  static of(out: string | undefined, context: CliContext): SheetPlace {
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

  put(flashing: object, facts: object, { json }: Globals): void {
    const { print } = this.#context
    if (this.#file === null) {
      print(JSON.stringify(flashing, null, json ? 0 : 2))
      return
    }
    this.#file.write(`${JSON.stringify(flashing, null, 2)}\n`)
    const { path } = this.#file
    print(json ? JSON.stringify({ ...facts, out: path }) : `The flashing sheet is ${path}, readable by you alone.`)
  }

  /** Where a person finds the sheet. */
  get words(): string {
    return this.#file === null ? 'the JSON above' : 'that sheet'
  }
}
