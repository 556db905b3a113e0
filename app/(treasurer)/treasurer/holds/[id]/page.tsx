import type { Metadata } from 'next'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import type { NextAction } from '#components/shell/desk-shell.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { StatusSentence } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { hasRole } from '#lib/auth/policy.ts'
import type { UserActor } from '#lib/auth/types.ts'
import { refuseClosing, refuseConfirmation, refuseFailure } from '#lib/holds/policy.ts'
import { findHold } from '#lib/holds/queries.ts'
import { HOLD_LABEL } from '#lib/holds/states.ts'
import type { HoldView } from '#lib/holds/types.ts'
import { foundOr404, holdPerson } from '../hold-person.ts'
import { HOLD_TONE } from '../hold-tone.ts'
import { ChoiceTotals, HeldDisbursements, HoldFacts } from './hold-facts.tsx'
import { CancelUnsentForm, CloseForm, ConfirmForm, DeclareForm } from './hold-forms.tsx'
import { OpenRefunds } from './open-refunds.tsx'

export const metadata: Metadata = { title: 'Hold' }

const PATH = '/treasurer/holds'
const DONE: Readonly<Record<string, string>> = {
  declare: 'Noted. A second person of the chapter confirms it on this page.',
  confirm: 'Confirmed. Within a minute givers get their mails.',
  cancel: 'Cancelled. What was promised is set aside for refunds.',
  settle: 'Written down. It is set aside no longer.',
  retry: 'Stripe has it. It stays set aside until the card’s bank has taken it.',
  close: 'The hold has ended.',
}

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ done?: string }> }

export default async function HoldPage({ params, searchParams }: Props) {
  const { id } = await params
  const actor = await holdPerson(`${PATH}/${id}`)
  const hold = await foundOr404(findHold(actor, id))
  const { done = '' } = await searchParams
  const isTreasurer = hasRole(actor, hold.chapterId, 'treasurer')
  return (
    <TreasurerDesk
      title={`Hold: ${hold.campaignTitle}`}
      chapters={[hold.chapterName]}
      current={PATH}
      crumbs={[{ label: 'Holds', href: PATH }]}
      {...nextActionOf(actor, hold)}
      status={
        <StatusSentence tone={HOLD_TONE[hold.status]} state={HOLD_LABEL[hold.status]}>
          <Sentence hold={hold} />
        </StatusSentence>
      }
    >
      {DONE[done] ? <Alert kind="done">{DONE[done]}</Alert> : null}
      <HoldFacts hold={hold} />
      <ChoiceTotals hold={hold} />
      <OpenRefunds hold={hold} maySettle={isTreasurer} />
      <HeldDisbursements hold={hold} />
      {refuseFailure(actor, hold) === null ? <DeclareForm hold={hold} /> : null}
      {refuseClosing(actor, hold) === null && hold.openRefunds.length === 0 ? <CloseForm hold={hold} /> : null}
    </TreasurerDesk>
  )
}

/** What happens next, and when. */
function Sentence({ hold }: { hold: HoldView }) {
  const { status, choiceUntil, choicesClosedAt, aidGroupName } = hold
  if (status === 'held') {
    return hold.failedById === null ? (
      <>{aidGroupName} may not be paid. Next: its vetting is renewed, and everything goes on by itself.</>
    ) : (
      <>A failure is declared. Next: a second person confirms it, and givers choose.</>
    )
  }
  if (status === 'cured') return <>{aidGroupName} may be paid again. Everything went on.</>
  if (status === 'closed' && hold.openRefunds.length > 0) {
    return (
      <>
        It has ended, but a refund came back. It is set aside for its giver. Next: send it to the card again, or write
        down how it was given back.
      </>
    )
  }
  if (status === 'closed') return <>It has ended; nothing more goes to {aidGroupName} from this campaign.</>
  if (choicesClosedAt === null) {
    return <>Next: givers choose until {choiceUntil ? <DateTime at={choiceUntil} /> : null}; then refunds are made.</>
  }
  if (hold.disbursements.some((held) => held.status === 'approved')) {
    return <>Givers have chosen. Refunds wait: first cancel what was approved and not sent.</>
  }
  if (hold.redirectedAt === null && hold.alternateName !== null && !hold.alternatePayable) {
    return <>Givers have chosen. The rest waits until {hold.alternateName} may be paid.</>
  }
  return <>Givers have chosen. Refunds are being made; what a card does not take waits below.</>
}

function nextActionOf(actor: UserActor, hold: HoldView): { nextAction?: NextAction } {
  if (hold.status === 'held' && hold.failedById !== null) {
    const refusal = refuseConfirmation(actor, hold)
    if (refusal === null) return { nextAction: { kind: 'form', form: <ConfirmForm hold={hold} /> } }
    return { nextAction: { kind: 'unavailable', label: 'Confirm the failure', reason: refusal.message } }
  }
  if ((hold.status === 'choosing' || hold.status === 'closed') && hold.disbursements.length > 0) {
    if (hasRole(actor, hold.chapterId, 'treasurer')) {
      return { nextAction: { kind: 'form', form: <CancelUnsentForm hold={hold} /> } }
    }
    const reason = 'Only treasurers of the chapter cancel disbursements.'
    return { nextAction: { kind: 'unavailable', label: 'Cancel what waits', reason } }
  }
  return {}
}
