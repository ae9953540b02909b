import { type Command, InvalidArgumentError } from 'commander'
import { LOCK_ID_PATTERN } from '#protocol/ids.ts'

/** A lock's number as it may stand in a path. */
export function lockNumber(text: string): string {
  if (!LOCK_ID_PATTERN.test(text)) throw new InvalidArgumentError('a lock has a whole number above 0.')
  return text
}

export const withOut = (command: Command): Command =>
  command.option('--out <file>', 'write the sheet to this new file, for you alone, and not to standard output')
