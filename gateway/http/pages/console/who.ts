import type { ConsoleWords } from '#http/words/console/console-words.ts'

/** Who did it, from the label that is stored with what was done: a name where there is one. */
export function whoOf(label: string, { frame }: ConsoleWords): string {
  const [, kind = label, name = null] = /^(staff|owner|user|organization):(.+)$/s.exec(label) ?? []
  if (name !== null) return name
  return kind === 'owner' ? frame.commandLine : label
}
