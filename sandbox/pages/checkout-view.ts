import { SAVED_CARDS } from '#sandbox/cards.ts'
import { formatAmount } from '#sandbox/currency.ts'
import type { StoredSession, WireLineItem } from '#sandbox/objects.ts'
import { cycleOf, cycleWords } from '#sandbox/resources/recurring.ts'
import { type CardForm, cardChoices, problemBox, textField } from './card-form.ts'
import { html, type Markup } from './html.ts'

export interface CheckoutForm extends CardForm {
  email: string
  name: string
}

export function checkoutView(session: StoredSession, form: CheckoutForm): Markup {
  const saves = session.mode === 'setup'
  return html`<main class="frame split">
${summary(session)}
<div class="sheet">
<h2>${saves ? 'Your card' : 'Pay by card'}</h2>
${problemBox(form)}
<form method="post" action="/c/pay/${session.id}">
<input type="hidden" name="attempt" value="${session._attempts}">
${emailField(session, form)}
${textField('name', 'Name on card', form.name, form.problems.name)}
${cardChoices(form, undefined, saves ? SAVED_CARDS : undefined)}
<button type="submit">${buttonWords(session)}</button>
</form>
<p class="small soft">Only test cards work here. Nothing is charged and no number is kept.</p>
</div>
</main>`
}

function summary(session: StoredSession): Markup {
  const back =
    session.cancel_url &&
    html`<a class="back" href="${session.cancel_url}">← Back without ${session.mode === 'setup' ? 'saving' : 'paying'}</a>`
  if (session.mode === 'setup') {
    return html`<section class="summary" aria-labelledby="payee">
${back}
<h1 id="payee">${session._business_name}</h1>
<p class="figure">Save a card</p>
<p class="soft">Nothing is charged now.</p>
</section>`
  }
  const rows = session._line_items.map((line) => {
    const times = (line.quantity ?? 1) > 1 ? ` × ${line.quantity}` : ''
    return html`<li><span>${line.description}${times}</span><span>${formatAmount(line.amount_total, line.currency)}${rhythm(line)}</span></li>`
  })
  return html`<section class="summary" aria-labelledby="payee">
${back}
<h1 id="payee">${session._business_name}</h1>
<p class="figure">${total(session)}${session.mode === 'subscription' && html` <span class="rhythm">${sessionRhythm(session)}</span>`}</p>
<ul class="lines">${rows}<li class="total"><span>${session.mode === 'subscription' ? 'Due today' : 'Total'}</span><span>${total(session)}</span></li></ul>
</section>`
}

function emailField(session: StoredSession, form: CheckoutForm): Markup {
  const known = session.customer_email ?? (session.customer === null ? null : session.customer_details?.email)
  // An e-mail the merchant set cannot be changed here, as on Stripe's page.
  if (known) {
    return html`<p class="field"><span class="small soft">E-mail</span><br>${known}<input type="hidden" name="email" value="${known}"></p>`
  }
  return textField('email', 'E-mail', form.email, form.problems.email)
}

function buttonWords(session: StoredSession): string {
  if (session.mode === 'setup') return 'Save card'
  const verb = session.submit_type === 'donate' ? 'Donate' : session.mode === 'subscription' ? 'Subscribe for' : 'Pay'
  return `${verb} ${total(session)}${session.mode === 'subscription' ? ` ${sessionRhythm(session)}` : ''}`
}

function rhythm(line: WireLineItem): string {
  return line.price?.recurring ? ` ${cycleWords(cycleOf(line.price))}` : ''
}

function sessionRhythm(session: StoredSession): string {
  const recurring = session._line_items.filter((line) => line.price?.recurring)
  const [first] = recurring
  // A sum of lines that end at different times has no rhythm of its own.
  return first && recurring.length === session._line_items.length ? rhythm(first).trim() : 'today'
}

function total(session: StoredSession): string {
  return formatAmount(session.amount_total ?? 0, session.currency ?? 'usd')
}
