import { OFFERED_CARDS, spacedNumber } from '#sandbox/cards.ts'
import { formatAmount } from '#sandbox/currency.ts'
import type { StoredSession } from '#sandbox/objects.ts'
import { html, type Markup } from './html.ts'

export interface CheckoutForm {
  email: string
  name: string
  /** A test card's number, or `typed`. */
  card: string
  cardNumber: string
  /** Errors by field; `page` stands above the form. */
  problems: { email?: string; name?: string; cardNumber?: string; page?: string }
}

export function checkoutView(session: StoredSession, form: CheckoutForm): Markup {
  return html`<main class="frame split">
${summary(session)}
<div class="sheet">
<h2>Pay by card</h2>
${problemBox(form)}
<form method="post" action="/c/pay/${session.id}">
<input type="hidden" name="attempt" value="${session._attempts}">
${emailField(session, form)}
${textField('name', 'Name on card', form.name, form.problems.name)}
${cardChoices(form)}
<button type="submit">${session.submit_type === 'donate' ? 'Donate' : 'Pay'} ${total(session)}</button>
</form>
<p class="small soft">Only test cards work here. Nothing is charged and no number is kept.</p>
</div>
</main>`
}

function summary(session: StoredSession): Markup {
  const rows = session._line_items.map((line) => {
    const times = (line.quantity ?? 1) > 1 ? ` × ${line.quantity}` : ''
    return html`<li><span>${line.description}${times}</span><span>${formatAmount(line.amount_total, line.currency)}</span></li>`
  })
  return html`<section class="summary" aria-labelledby="payee">
${session.cancel_url && html`<a class="back" href="${session.cancel_url}">← Back without paying</a>`}
<h1 id="payee">${session._business_name}</h1>
<p class="figure">${total(session)}</p>
<ul class="lines">${rows}<li class="total"><span>Total</span><span>${total(session)}</span></li></ul>
</section>`
}

function problemBox(form: CheckoutForm): Markup | null {
  const text = form.problems.page ?? (Object.keys(form.problems).length > 0 ? 'Please look at the marked field.' : null)
  return text === null ? null : html`<div class="problem" role="alert"><p>${text}</p></div>`
}

function emailField(session: StoredSession, form: CheckoutForm): Markup {
  const known = session.customer_email ?? (session.customer === null ? null : session.customer_details?.email)
  // An e-mail the merchant set cannot be changed here, as on Stripe's page.
  if (known) {
    return html`<p class="field"><span class="small soft">E-mail</span><br>${known}<input type="hidden" name="email" value="${known}"></p>`
  }
  return textField('email', 'E-mail', form.email, form.problems.email)
}

function textField(name: 'email' | 'name', label: string, value: string, problem: string | undefined): Markup {
  const type = name === 'email' ? 'email' : 'text'
  const complete = name === 'email' ? 'email' : 'name'
  return html`<div class="field"><label class="name" for="${name}">${label}</label>
<input type="${type}" id="${name}" name="${name}" value="${value}" autocomplete="${complete}" maxlength="254" required${invalid(name, problem)}>
${problem && html`<p class="wrong" id="${name}-problem">${problem}</p>`}</div>`
}

function cardChoices(form: CheckoutForm): Markup {
  const offered = OFFERED_CARDS.map((card) => {
    const checked = form.card === card.number ? html` checked` : null
    return html`<label class="card"><input type="radio" name="card" value="${card.number}"${checked}>
<span><b>${spacedNumber(card)}</b><small>${card.label}</small></span></label>`
  })
  const checked = form.card === 'typed' ? html` checked` : null
  const problem = form.problems.cardNumber
  return html`<fieldset><legend>Test card</legend>
${offered}
<label class="card"><input type="radio" name="card" value="typed"${checked}><span><b>Another test card</b><small>Type its number below</small></span></label>
<div class="typed"><label class="name" for="cardNumber">Number of the other card</label>
<input type="text" id="cardNumber" name="cardNumber" value="${form.cardNumber}" inputmode="numeric" autocomplete="off" maxlength="30"${invalid('cardNumber', problem)}>
${problem && html`<p class="wrong" id="cardNumber-problem">${problem}</p>`}</div></fieldset>`
}

function invalid(name: string, problem: string | undefined): Markup | null {
  return problem === undefined ? null : html` aria-invalid="true" aria-describedby="${name}-problem"`
}

function total(session: StoredSession): string {
  return formatAmount(session.amount_total ?? 0, session.currency ?? 'usd')
}
