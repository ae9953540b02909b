import type { Config } from '#config/config.ts'

export interface ApiAnswer {
  readonly status: number
  readonly body: unknown
}

/** The owner's routes, of the running gateway or of this process. */
export type OwnerApi = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  /** Bytes go as they are, anything else as JSON. */
  body?: object | Uint8Array,
) => Promise<ApiAnswer>

/**
 * A long answer of the same routes, piece by piece: the next piece is not read before the one before was taken. Null once all of
 * it was; a refusal as it came.
 */
export type OwnerDownload = (path: string, take: (piece: Uint8Array) => Promise<void>) => Promise<ApiAnswer | null>

/** A new file that grows, or standard output. */
export interface GrowingFile {
  write(piece: Uint8Array): Promise<void>
  /** Keeps what was written. */
  end(): Promise<void>
  /** Leaves nothing of it. */
  remove(): Promise<void>
}

/** What a command may ask besides single answers. */
export interface OwnedSite {
  /** A gateway runs; without one nobody knows which locks are there. */
  readonly isRunning: boolean
  readonly download: OwnerDownload
}
export type UseOwnerApi<T> = (api: OwnerApi, site: OwnedSite) => Promise<T>

/** What `serve` says when it is ready. */
export interface RunningGateway {
  readonly publicUrl: string
  /** One per listener. */
  readonly urls: readonly string[]
  /** Where the embedded broker listens; null with an external one. */
  readonly broker: { readonly host: string; readonly port: number } | null
  /** What locks are flashed with: where they find the broker. */
  readonly brokerAddress: { readonly host: string; readonly port: number }
  /** Files of listeners whose certificate had ended when they began to serve. */
  readonly endedCertificates: readonly { readonly certFile: string; readonly endedAtMs: number }[]
}

/** A new, empty file for secrets. */
export interface PrivateFile {
  readonly path: string
  write(content: string): void
  remove(): void
}

/** One thing that is wrong with a site. */
export interface Finding {
  /** Stable, for programs; findings of one kind share it. */
  readonly id: string
  readonly severity: 'notice' | 'warning' | 'critical'
  readonly what: string
  readonly advice: string
}

/** Standard output where a person reads it. */
export interface Terminal {
  /** How many characters fit in a line. */
  readonly columns: number
  /** It shows them, and nobody asked for none (`NO_COLOR`). */
  readonly hasColours: boolean
}

/** What a command may touch; `main.ts` gives it. */
export interface CliContext {
  /** Errors are to be JSON too. */
  readonly wantsJson: boolean
  nowMs(): number
  /** Who is at the terminal, as the machine knows it. */
  userName(): string
  /** Null when standard output is a pipe or a file: then nothing is cut, coloured or drawn anew. */
  readonly terminal: Terminal | null
  print(text: string): void
  complain(text: string): void
  readFile(name: string): string
  readBytes(name: string): Uint8Array
  /** The bytes of a regular file that is not too large to be a picture. */
  readPicture(name: string): Promise<Uint8Array>
  writeFile(name: string, content: string): void
  /** Makes a new file that nobody else can read; refuses one that is there. */
  createPrivateFile(name: string): PrivateFile
  /** A folder for secrets, with a mode for its owner alone; one that is there is used as it is. */
  createPrivateFolder(name: string): void
  /** Shows a line in place of the one shown before; null where nobody watches. */
  readonly drawAnew: ((line: string) => void) | null
  /** The same of one that grows; `-` is standard output. */
  growFile(name: string): Promise<GrowingFile>
  /** A person at a terminal says yes; null when there is nobody to ask. */
  confirm(question: string): Promise<boolean | null>
  pause(ms: number): Promise<void>
  /** What the machine tells of a site: files, ports, certificates, clock. */
  inspectSite(config: Config): Promise<readonly Finding[]>
  /** The exit code of a command that did what it was asked. */
  endWith(exitCode: number): void
  readInput(): Promise<string>
  readConfig(fileName: string): Config
  /** Runs until a signal ends it; `ready` is called once doors can be opened. */
  serve(config: Config, ready: (running: RunningGateway) => void): Promise<void>
  withOwnerApi<T>(config: Config, use: UseOwnerApi<T>): Promise<T>
  /** Of the running gateway alone; null while none answers. */
  askGateway(config: Config, path: string): Promise<ApiAnswer | null>
}

interface ErrorFacts {
  /** The API's slug where it refused; null for what the command line itself found. */
  readonly reason?: string | null
  /** What is wrong with which option, field or line. */
  readonly details?: readonly { readonly field: string; readonly message: string }[]
  readonly exitCode?: number
}

/** For the person at the terminal: one sentence, and a line for each detail. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly reason: string | null
  readonly details: NonNullable<ErrorFacts['details']>
  readonly exitCode: number

  constructor(message: string, { reason = null, details = [], exitCode = 1 }: ErrorFacts = {}) {
    super(message)
    this.reason = reason
    this.details = details
    this.exitCode = exitCode
  }

  /** All of it, as text. */
  get words(): string {
    return [this.message, ...this.details.map(({ field, message }) => `  ${field}: ${message}`)].join('\n')
  }
}
