import { Text } from '@react-email/components'
import { formatMoney } from '../money/format.ts'
import { MailAction, MailLayout, mailText } from './mail-layout.tsx'
import type { Mail } from './types.ts'

export type PledgeNews =
  | 'started'
  | 'payment_failed'
  | 'recovered'
  | 'paused'
  | 'paused_by_campaign'
  | 'resumed'
  | 'changed'
  | 'lapsed'
  | 'restored'
  | 'cancelled'
  | 'campaign_ended'
  | 'disputed'

export type PledgeMailInput = {
  recipient: string
  news: PledgeNews
  campaignTitle: string
  /** Gift, covered fee and tip of one month together. */
  monthlyMinor: bigint
  currency: string
  /** What is charged next and when; null where nothing is. */
  next: { at: Date; amountMinor: bigint } | null
  pausedUntil: Date | null
  /** The newest charge, told where the pledge ended shortly after it. */
  lastCharge: { at: Date; amountMinor: bigint } | null
  /** The page of the pledge; the link is the key to it. */
  pledgeUrl: string
  /** Where a failed payment can be made with one click. */
  recoverUrl: string
}

type Words = { subject: string; heading: string; text: string; action?: { label: string; href: string } }

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

/** Tells a donor what happened to their monthly pledge, and what is charged next and when. */
export function pledgeMail(input: PledgeMailInput): Mail {
  const { subject, heading, text, action } = wordsOf(input)
  const { pledgeUrl, recipient } = input
  return {
    kind: 'pledge',
    recipient,
    subject,
    element: (
      <MailLayout
        preview={text}
        heading={heading}
        footer="You need no account: the link opens your pledge for whoever has it, so keep it to yourself. There you change the amount, pause, take another card or cancel, at any time."
      >
        <Text style={mailText}>{text}</Text>
        <Text style={mailText}>{nextSentence(input)}</Text>
        {input.lastCharge ? <Text style={mailText}>{lastSentence(input.lastCharge, input.currency)}</Text> : null}
        <MailAction href={action?.href ?? pledgeUrl}>{action?.label ?? 'Your pledge'}</MailAction>
        {action ? (
          <Text style={{ ...mailText, margin: '16px 0 0', wordBreak: 'break-all' }}>Your pledge: {pledgeUrl}</Text>
        ) : null}
      </MailLayout>
    ),
  }
}

function nextSentence({ next, currency, news }: PledgeMailInput): string {
  if (next === null) return 'Nothing more is charged.'
  const amount = formatMoney(next.amountMinor, currency)
  const verb = news === 'payment_failed' ? 'Stripe tries it again' : 'The next charge is'
  return news === 'payment_failed'
    ? `${verb} on ${DAY.format(next.at)}: ${amount}.`
    : `${verb} ${amount} on ${DAY.format(next.at)}.`
}

function lastSentence(last: { at: Date; amountMinor: bigint }, currency: string): string {
  const amount = formatMoney(last.amountMinor, currency)
  return `The last charge, ${amount}, was made on ${DAY.format(last.at)}, shortly before the end. If you did not want it, ask for it back on your pledge’s page.`
}

function wordsOf(input: PledgeMailInput): Words {
  const { news, campaignTitle: title, monthlyMinor, currency, pausedUntil, recoverUrl, pledgeUrl } = input
  const amount = formatMoney(monthlyMinor, currency)
  switch (news) {
    case 'started':
      return {
        subject: `You give ${amount} a month to ${title}`,
        heading: 'Thank you for giving each month',
        text: `You give ${amount} a month to ${title}. Each charge has its own receipt, in a mail of its own.`,
      }
    case 'payment_failed':
      return {
        subject: `This month’s payment to ${title} did not go through`,
        heading: 'This month’s payment did not go through',
        text: `Your bank did not accept the card for your monthly gift to ${title}. Nothing was taken. You can pay it now, with this card or another; no account is needed.`,
        action: { label: 'Pay it now', href: recoverUrl },
      }
    case 'recovered':
      return {
        subject: `Your payment to ${title} went through`,
        heading: 'It went through',
        text: `The payment to ${title} that had failed went through, and your monthly gift goes on. Its receipt comes in a mail of its own.`,
      }
    case 'paused':
      return {
        subject: `Your monthly gift to ${title} is paused`,
        heading: 'Your monthly gift is paused',
        text: pausedUntil
          ? `As you asked, nothing is charged for ${title} before ${DAY.format(pausedUntil)}.`
          : `As you asked, nothing is charged for ${title} until you resume it.`,
      }
    case 'paused_by_campaign':
      return {
        subject: `Your monthly gift waits: ${title} is paused`,
        heading: 'Your monthly gift waits',
        text: `${title} is paused, so nothing is charged. When the campaign goes on your monthly gift does too, and we write to you.`,
      }
    case 'resumed':
      return {
        subject: `Your monthly gift to ${title} goes on`,
        heading: 'Your monthly gift goes on',
        text: `You give ${amount} a month to ${title} again.`,
      }
    case 'changed':
      return {
        subject: `You now give ${amount} a month to ${title}`,
        heading: 'Your monthly gift has changed',
        text: `From the next charge on you give ${amount} a month to ${title}. Nothing was charged for the change.`,
      }
    case 'lapsed':
      return {
        subject: `Your monthly gift to ${title} has stopped`,
        heading: 'Your monthly gift has stopped',
        text: `The payment failed each time it was tried, so your monthly gift to ${title} has stopped. What you gave before is where it was sent. If you want to go on, one click begins it again.`,
        action: { label: 'Go on giving', href: pledgeUrl },
      }
    case 'restored':
      return {
        subject: `Your monthly gift to ${title} goes on`,
        heading: 'Your monthly gift goes on',
        text: `You give ${amount} a month to ${title} again. Thank you.`,
      }
    case 'cancelled':
      return {
        subject: `Your monthly gift to ${title} has ended`,
        heading: 'Your monthly gift has ended',
        text: `Your monthly gift to ${title} is cancelled. Thank you for what you gave: your pledge’s page lists each charge, and each receipt shows where the cents went.`,
      }
    case 'campaign_ended':
      return {
        subject: `${title} has ended, and your monthly gift with it`,
        heading: 'The campaign has ended',
        text: `${title} has ended, so your monthly gift has too; you need do nothing. Thank you for what you gave.`,
      }
    case 'disputed':
      return {
        subject: `Your monthly gift to ${title} has ended`,
        heading: 'Your monthly gift has ended',
        text: `Your bank told us that a charge for ${title} was disputed, so we ended your monthly gift. If that was a mistake you are welcome to begin again.`,
      }
  }
}
