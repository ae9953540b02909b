import type { CliContext } from './context.ts'

/** How far a long command is, in one line that is drawn anew; nothing where nobody watches. */
export class Progress {
  readonly #draw: CliContext['drawAnew']
  #shown = -1

  constructor({ drawAnew }: Pick<CliContext, 'drawAnew'>) {
    this.#draw = drawAnew
  }

  show(what: string, done: number, all: number): void {
    const percent = Math.floor((100 * done) / Math.max(1, all))
    if (this.#draw === null || percent === this.#shown) return
    this.#shown = percent
    this.#draw(`${String(percent).padStart(3)} %  ${done} of ${all} ${what}`)
  }

  end(): void {
    if (this.#shown >= 0) this.#draw?.('')
    this.#shown = -1
  }
}
