import { readPublicKey } from '#public-keys/read-public-key.ts'
import { type CliContext, CommandError } from './context.ts'

/** The public key in a file of whatever form, as SPKI PEM. */
export function publicKeyIn(file: string, { readBytes }: Pick<CliContext, 'readBytes'>): string {
  const read = readPublicKey(readBytes(file))
  if ('wrong' in read) throw new CommandError(`${file}: ${read.wrong}`)
  return read.publicKeyPem
}
