import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { plural } from '#http/words/plural.ts'

/** What somebody typed, and what is wrong with it: a form is shown again with both. */
export interface FormState {
  readonly values: Readonly<Record<string, string>>
  /** By the field's name, a whole sentence each. */
  readonly errors: Readonly<Record<string, string>>
}
export const EMPTY_FORM: FormState = { values: {}, errors: {} }

interface FieldBase {
  readonly name: string
  readonly label: string
  readonly hint?: string
}
export type Field =
  | (FieldBase & {
      readonly kind: 'text'
      readonly type?: 'text' | 'search' | 'password' | 'email' | 'datetime-local'
      readonly maxLength?: number
      readonly autocomplete?: string
      readonly isRequired?: boolean
      readonly inputMode?: 'numeric'
    })
  /** Several lines. */
  | (FieldBase & { readonly kind: 'lines'; readonly maxLength: number })
  /** Any number of them: the value is theirs, with commas between. */
  | (FieldBase & { readonly kind: 'checks'; readonly options: readonly Option[] })
  | (FieldBase & { readonly kind: 'select'; readonly options: readonly Option[] })
  | (FieldBase & { readonly kind: 'radio'; readonly options: readonly Option[] })

export interface Option {
  readonly value: string
  readonly label: string
}

export interface Form {
  /** Of this form on its page, so that the ids of two forms differ. */
  readonly id: string
  readonly action: string
  readonly method?: 'get' | 'post'
  readonly fields: readonly Field[]
  readonly hidden?: Readonly<Record<string, string>>
  readonly state: FormState
  readonly submit: string
  /** Other things to do with the same fields. */
  readonly others?: readonly { readonly action: string; readonly label: string }[]
  readonly look?: 'main' | 'quiet' | 'danger'
  readonly cancel?: { readonly href: string; readonly label: string }
  /** Fields and button in one line where there is room. */
  readonly isInLine?: boolean
}

/** Every wrong field is named at once, above all and beside itself; what was typed stays. */
export function formOf(form: Form, words: ConsoleWords): Html {
  const { id, action, method = 'post', fields, hidden = {}, state, submit, look = 'main', cancel } = form
  const kept = Object.entries(hidden).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )
  const more = (form.others ?? []).map(
    (other) => html`<button class="button quiet" type="submit" formaction="${other.action}">${other.label}</button>`,
  )
  const back = cancel === undefined ? null : html`<a class="button quiet" href="${cancel.href}">${cancel.label}</a>`
  return html`<form id="${id}" class="form${form.isInLine === true ? ' in-line' : ''}" method="${method}" action="${action}" novalidate>${summaryOf(form, words)}${kept}${fields.map((field) => fieldOf(id, field, state))}<div class="actions"><button class="button ${look}" type="submit">${submit}</button>${more}${back}</div></form>`
}

/** Takes the focus when the page opens: it is what changed. */
function summaryOf({ id, fields, state }: Form, words: ConsoleWords): Html | null {
  const wrong = fields.filter(({ name }) => state.errors[name] !== undefined)
  if (wrong.length === 0) return null
  const links = wrong.map(
    ({ name, label }) => html`<li><a href="#${id}-${name}">${label}</a>: ${state.errors[name] ?? ''}</li>`,
  )
  return html`<div class="notice bad" role="alert" tabindex="-1" autofocus><p><b>${plural(words, words.form.wrongFields, wrong.length)}</b></p><ul>${links}</ul></div>`
}

function fieldOf(formId: string, field: Field, { values, errors }: FormState): Html {
  const id = `${formId}-${field.name}`
  const error = errors[field.name]
  const value = values[field.name] ?? ''
  const described = [
    ...(field.hint === undefined ? [] : [`${id}-hint`]),
    ...(error === undefined ? [] : [`${id}-error`]),
  ]
  const about = html`${described.length === 0 ? null : html` aria-describedby="${described.join(' ')}"`}${error === undefined ? null : html` aria-invalid="true"`}`
  const hint = field.hint === undefined ? null : html`<p class="hint" id="${id}-hint">${field.hint}</p>`
  const said = error === undefined ? null : html`<p class="error" id="${id}-error">${error}</p>`
  if (field.kind === 'radio' || field.kind === 'checks') {
    const isOne = field.kind === 'radio'
    const chosen = new Set(isOne ? [value] : value.split(','))
    const choices = field.options.map(
      (option, at) =>
        html`<label class="choice"><input type="${isOne ? 'radio' : 'checkbox'}" name="${field.name}" value="${option.value}"${at === 0 ? html` id="${id}"` : null}${chosen.has(option.value) ? html` checked` : null}> ${option.label}</label>`,
    )
    return html`<fieldset class="field"${about}><legend>${field.label}</legend>${hint}${said}<div class="choices${isOne ? '' : ' many'}">${choices}</div></fieldset>`
  }
  return html`<div class="field"><label for="${id}">${field.label}</label>${hint}${inputOf(id, field, value, about)}${said}</div>`
}

function inputOf(id: string, field: Exclude<Field, { kind: 'radio' | 'checks' }>, value: string, about: Html): Html {
  if (field.kind === 'select') {
    const options = field.options.map(
      (option) =>
        html`<option value="${option.value}"${option.value === value ? html` selected` : null}>${option.label}</option>`,
    )
    return html`<select id="${id}" name="${field.name}"${about}>${options}</select>`
  }
  if (field.kind === 'lines')
    return html`<textarea id="${id}" name="${field.name}" rows="3" maxlength="${field.maxLength}"${about}>${value}</textarea>`
  const { type = 'text', maxLength, autocomplete = 'off', isRequired = false, inputMode } = field
  const limits = html`${maxLength === undefined ? null : html` maxlength="${maxLength}"`}${isRequired ? html` required` : null}${inputMode === undefined ? null : html` inputmode="${inputMode}"`}`
  // A password that was wrong is typed anew: it does not go into a page.
  return html`<input id="${id}" name="${field.name}" type="${type}" value="${type === 'password' ? '' : value}" autocomplete="${autocomplete}"${limits}${about}>`
}

/** What became of a form, above the page that follows it. */
export const noticeOf = (tone: 'good' | 'bad' | 'info', text: string | Html): Html =>
  html`<div class="notice ${tone}" role="${tone === 'bad' ? 'alert' : 'status'}"><p>${text}</p></div>`
