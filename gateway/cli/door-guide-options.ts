import type { Command } from 'commander'
import type { ApiAnswer, CliContext, OwnerApi } from './context.ts'

export interface GuideOptions {
  /** False: take them away. */
  directions?: string | false
  picture?: string | false
}

export const withGuideOptions = (command: Command): Command =>
  command
    .option('--directions <text>', 'how a guest finds the door: up to 500 characters, in up to 12 lines')
    .option('--no-directions', 'show none any more')
    .option('--picture <file>', 'photo of the door for its guests, PNG, JPEG or WebP')
    .option('--no-picture', 'show none any more')

export const directionsIn = ({ directions }: GuideOptions): { directions?: string | null } =>
  directions === undefined ? {} : { directions: directions === false ? null : directions }

/** Null when no picture was named. A file that is none ends the command before anything is changed. */
export async function pictureChange(
  lockId: string,
  { picture }: GuideOptions,
  context: CliContext,
): Promise<((api: OwnerApi) => Promise<ApiAnswer>) | null> {
  if (picture === undefined) return null
  const path = `/locks/${lockId}/picture`
  if (picture === false) return (api) => api('DELETE', path)
  const bytes = await context.readPicture(picture)
  return (api) => api('PUT', path, bytes)
}
