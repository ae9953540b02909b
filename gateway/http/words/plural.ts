import type { Plural } from './guest-words.ts'

export function plural({ locale }: { readonly locale: string }, forms: Plural, count: number): string {
  const form = forms[new Intl.PluralRules(locale).select(count)] ?? forms.other
  return form.replace('#', new Intl.NumberFormat(locale).format(count))
}
