import type { MakePicture, Picture } from '#domain/pictures/picture.ts'
import { readPictureFile } from './read-picture-file.ts'

interface LogoLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/**
 * The logo that the config names, made into a picture while doors are already open: a file that is gone, or is none, costs
 * the pages their logo and nobody an opening.
 */
export class SiteLogo {
  readonly #file: string | null
  readonly #makePicture: MakePicture
  readonly #log: LogoLog
  #picture: Picture | null = null
  #problem: string | null = null

  constructor(file: string | null, makePicture: MakePicture, log: LogoLog) {
    this.#file = file
    this.#makePicture = makePicture
    this.#log = log
  }

  readonly current = (): Picture | null => this.#picture

  /** What is wrong with the file, without its name; null when nothing is, or there is none. */
  get problem(): string | null {
    return this.#problem
  }

  /** One that can't be used leaves the present one in place. */
  async read(): Promise<void> {
    if (this.#file === null) return
    const result = await this.#made(this.#file)
    this.#problem = 'why' in result ? result.why : null
    if ('why' in result) {
      this.#log.warn(
        { setting: 'site.logo', file: this.#file, problem: `the file ${result.why}` },
        'site.logo must be a PNG, JPEG or WebP file: pages go without it, doors open as ever; SIGHUP reads it again',
      )
      return
    }
    this.#picture = result
    this.#log.info({ file: this.#file, bytes: result.webp.length }, 'logo read')
  }

  async #made(file: string): Promise<Picture | { readonly why: string }> {
    try {
      const bytes = await readPictureFile(file)
      if ('why' in bytes) return bytes
      const made = await this.#makePicture(bytes, 'logo')
      if (made.kind === 'made') return made.picture
      return { why: made.kind === 'refused' ? made.why : 'has to wait for other pictures' }
    } catch (error) {
      return { why: `can't be worked on (${error instanceof Error ? error.message : String(error)})` }
    }
  }
}
