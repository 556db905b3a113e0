import { findCard, isCardNumber, OFFERED_CARDS, spacedNumber, type TestCard } from '#sandbox/cards.ts'
import type { StoredPaymentMethod } from '#sandbox/objects.ts'
import { html, type Markup } from './html.ts'

export const ON_FILE = 'on-file'

export interface CardForm {
  /** A test card's number, `typed`, or `on-file`. */
  card: string
  cardNumber: string
  /** Errors by field; `page` stands above the form. */
  problems: { email?: string; name?: string; cardNumber?: string; page?: string }
}

export function readCardForm(fields: URLSearchParams): CardForm {
  return { card: readField(fields, 'card'), cardNumber: readField(fields, 'cardNumber'), problems: {} }
}

export function readField(fields: URLSearchParams, name: string): string {
  return (fields.get(name) ?? '').trim().slice(0, 300)
}

/** The test card that was chosen or typed; otherwise the form says what is wrong. */
export function chooseCard(form: CardForm): TestCard | undefined {
  const number = form.card === 'typed' || form.card === '' ? form.cardNumber : form.card
  const card = findCard(number)
  if (card) return card
  if (number === '') form.problems.cardNumber = 'Choose a test card or type the number of one.'
  else if (!isCardNumber(number)) form.problems.cardNumber = 'This is not a card number: check its digits.'
  else form.problems.cardNumber = 'Only test cards work in the sandbox. Never type a real card here.'
  // A number that might be real is not sent back.
  if (isCardNumber(number)) form.cardNumber = ''
  return undefined
}

/** Visa ending 4242 */
export function methodWords(method: StoredPaymentMethod): string {
  const brand = method.card?.brand ?? 'card'
  return `${brand.charAt(0).toUpperCase()}${brand.slice(1)} ending ${method.card?.last4}`
}

export function problemBox(form: CardForm): Markup | null {
  const text = form.problems.page ?? (Object.keys(form.problems).length > 0 ? 'Please look at the marked field.' : null)
  return text === null ? null : html`<div class="problem" role="alert"><p>${text}</p></div>`
}

/** The radio buttons of the test cards, with the card on file first where there is one. */
export function cardChoices(
  form: CardForm,
  onFile?: StoredPaymentMethod | undefined,
  offered: readonly TestCard[] = OFFERED_CARDS,
): Markup {
  const choice = (value: string, name: string, label: string) => {
    const checked = form.card === value ? html` checked` : null
    return html`<label class="card"><input type="radio" name="card" value="${value}"${checked}>
<span><b>${name}</b><small>${label}</small></span></label>`
  }
  const problem = form.problems.cardNumber
  return html`<fieldset><legend>Test card</legend>
${onFile && choice(ON_FILE, methodWords(onFile), 'The card on file')}
${offered.map((card) => choice(card.number, spacedNumber(card), card.label))}
${choice('typed', 'Another test card', 'Type its number below')}
<div class="typed"><label class="name" for="cardNumber">Number of the other card</label>
<input type="text" id="cardNumber" name="cardNumber" value="${form.cardNumber}" inputmode="numeric" autocomplete="off" maxlength="30"${invalid('cardNumber', problem)}>
${problem && html`<p class="wrong" id="cardNumber-problem">${problem}</p>`}</div></fieldset>`
}

export function textField(name: 'email' | 'name', label: string, value: string, problem: string | undefined): Markup {
  const type = name === 'email' ? 'email' : 'text'
  const complete = name === 'email' ? 'email' : 'name'
  return html`<div class="field"><label class="name" for="${name}">${label}</label>
<input type="${type}" id="${name}" name="${name}" value="${value}" autocomplete="${complete}" maxlength="254" required${invalid(name, problem)}>
${problem && html`<p class="wrong" id="${name}-problem">${problem}</p>`}</div>`
}

function invalid(name: string, problem: string | undefined): Markup | null {
  return problem === undefined ? null : html` aria-invalid="true" aria-describedby="${name}-problem"`
}
