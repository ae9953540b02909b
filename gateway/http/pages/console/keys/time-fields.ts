import type { Field } from '#http/pages/console/form.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'

/** By a field's name: the two times that it may mean, because the clock shows it twice. */
export type TimesTwice = ReadonlyMap<string, readonly [string, string]>

/** From when until when, by the clock of the building; where it shows a time twice, which of both is meant. */
export function timeFields(twice: TimesTwice, { keys }: ConsoleWords): readonly Field[] {
  const time = (name: 'from' | 'until', label: string): readonly Field[] => {
    const field: Field = { kind: 'text', type: 'datetime-local', name, label, hint: keys.zone }
    const choices = twice.get(name)
    if (choices === undefined) return [field]
    const [first, second] = choices
    const which: Field = {
      ...{ kind: 'radio', name: `${name}Which`, label: `${label}: ${keys.which}` },
      options: [
        { value: 'first', label: first },
        { value: 'second', label: second },
      ],
    }
    return [field, which]
  }
  return [...time('from', keys.from), ...time('until', keys.until)]
}
