import type { FoundTempKey } from '#domain/temp-keys/find-temp-keys.ts'
import { keyMessage } from '#domain/temp-keys/key-message.ts'
import type { TempKeyStatus } from '#domain/temp-keys/temp-key.ts'
import type { HandOver } from '#http/pages/console/keys/hand-over-card.ts'
import type { PageOptions } from '#http/routes/console/console-boards.ts'
import { CONSOLE_WORDS } from '#http/words/console/console-languages.ts'
import { CONSOLE_LANGUAGES } from '#http/words/console/console-words.ts'
import type { TempKeyUuid } from '#protocol/ids.ts'

type Deps = Pick<PageOptions['deps'], 'site' | 'installation'>

/** A guest who has it can use it, now or later. */
export const isOfUse = (status: TempKeyStatus): boolean => status === 'valid' || status === 'not-yet-valid'

/** Null while nobody knows by which address guests come. */
export function linkOf(uuid: TempKeyUuid, { installation }: Pick<Deps, 'installation'>): string | null {
  const base = installation.publicUrl()
  return base === null ? null : `${base}/temp-keys/${uuid}`
}

/** What a guest is given. Only for whoever may see links: each opens a door. */
export function handOverOf({ key, lock, status }: FoundTempKey, deps: Deps): HandOver {
  if (!isOfUse(status)) return { kind: 'over' }
  const link = linkOf(key.uuid, deps)
  if (link === null) return { kind: 'no-link' }
  const told = { link, door: lock.name, validFromMs: key.validFromMs, validUntilMs: key.validUntilMs }
  const messages = CONSOLE_LANGUAGES.map((language) => ({
    ...{ language, name: CONSOLE_WORDS[language].name, text: keyMessage(language, told, deps.site) },
  }))
  return { kind: 'link', link, messages, isInReach: deps.installation.isInReach() }
}
