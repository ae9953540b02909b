import { createHash, generateKeyPairSync } from 'node:crypto'
import path from 'node:path'
import { type CliContext, CommandError } from '#cli/context.ts'
import { readPublicKey } from '#public-keys/read-public-key.ts'
import type { CsvRow } from './read-csv.ts'

/** `number` and all after `name` may be left out. */
export const COLUMNS = ['number', 'name', 'area', 'pulse', 'organization', 'owner', 'key'] as const
export type ColumnName = (typeof COLUMNS)[number]

export interface Problem {
  readonly line: number
  readonly column: ColumnName
  readonly message: string
}

/** Made here, and told to nobody but the sheet. */
interface PrivateKey {
  readonly pem: string
  readonly jwk: Readonly<Record<string, string>>
  readonly hex: string
}

/** A door as the file has it. */
export interface DoorRow {
  readonly line: number
  /** What the gateway is asked to add. */
  readonly door: {
    readonly lockId: number | null
    readonly name: string
    readonly area: string | null
    readonly pulseS?: number
    readonly organization?: string
    readonly owner: string | null
    readonly publicKeyPem: string | null
  }
  readonly privateKey: PrivateKey | null
}

/** Which column a field of the API is. */
export const COLUMN_OF: Readonly<Record<string, ColumnName>> = {
  lockId: 'number',
  name: 'name',
  area: 'area',
  pulseS: 'pulse',
  organization: 'organization',
  owner: 'owner',
  publicKeyPem: 'key',
}

/** Each line as a door, its key read or made, and what is wrong with which cell. */
export function doorRows(
  rows: readonly CsvRow[],
  file: string,
  context: Pick<CliContext, 'readBytes'>,
): { readonly doors: readonly DoorRow[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const doors = rows.map(({ line, cells }): DoorRow => {
    const cell = (column: ColumnName): string => cells[column] ?? ''
    const wrong = (column: ColumnName, message: string): null => {
      problems.push({ line, column, message })
      return null
    }
    const whole = (column: ColumnName, what: string): number | null => {
      const text = cell(column)
      if (text === '') return null
      return /^\d{1,15}$/.test(text) ? Number(text) : wrong(column, `"${text}" is no ${what}`)
    }
    if (cell('name') === '') wrong('name', 'is empty: what people call the door')
    const key = keyIn(cell('key'), file, context)
    if ('wrong' in key) wrong('key', key.wrong)
    const pulseS = whole('pulse', 'whole number of seconds')
    return {
      line,
      door: {
        lockId: whole('number', 'number of a lock: give one above 0, or leave it empty for the next free one'),
        name: cell('name'),
        area: cell('area') || null,
        ...(pulseS !== null && { pulseS }),
        ...(cell('organization') !== '' && { organization: cell('organization') }),
        owner: cell('owner') || null,
        publicKeyPem: 'wrong' in key ? null : key.publicKeyPem,
      },
      privateKey: 'wrong' in key ? null : key.privateKey,
    }
  })
  return { doors, problems }
}

type ReadKey = { readonly publicKeyPem: string; readonly privateKey: PrivateKey | null } | { readonly wrong: string }

/** `make`, the key itself, or the name of a file, from the folder of the list on. */
function keyIn(text: string, file: string, { readBytes }: Pick<CliContext, 'readBytes'>): ReadKey {
  if (text === '') return { wrong: 'is empty: a public key, the name of its file, or the word make' }
  if (text.toLowerCase() === 'make') return madeKey()
  const read = readPublicKey(text)
  if ('publicKeyPem' in read) return { publicKeyPem: read.publicKeyPem, privateKey: null }
  if (!/[./\\]/.test(text) || text.includes('\n') || text.length > 1_000) return { wrong: read.wrong }
  try {
    const found = readPublicKey(readBytes(path.resolve(path.dirname(file), text)))
    return 'wrong' in found ? { wrong: `${text}: ${found.wrong}` } : { ...found, privateKey: null }
  } catch (error) {
    if (error instanceof CommandError) return { wrong: error.message }
    throw error
  }
}

function madeKey(): Extract<ReadKey, { publicKeyPem: string }> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' })
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: {
      pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      jwk: { kty: 'EC', crv: 'P-256', x, y, d },
      hex: Buffer.from(d, 'base64url').toString('hex'),
    },
  }
}

/** SHA-256 of the public key's SPKI, in hex. */
export const fingerprintOf = (publicKeyPem: string): string =>
  createHash('sha256')
    .update(Buffer.from(publicKeyPem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64'))
    .digest('hex')
