import type { MatchReason } from '#lib/screening/types.ts'

/** Why a name came near an entry, in words; what speaks for it first, what speaks against it after. */
export function MatchReasons({ reasons }: { reasons: readonly MatchReason[] }) {
  const told = reasons.map(tell)
  return (
    <ul className="flex flex-col gap-1">
      {told.map(({ text, speaks }, position) => (
        <li key={`${position}-${text}`} className="grid grid-cols-[1.25rem_1fr] wrap-anywhere">
          <span aria-hidden="true" className={speaks === 'for' ? 'font-semibold text-marigold-ink' : 'text-ink-soft'}>
            {speaks === 'for' ? '+' : speaks === 'against' ? '−' : '·'}
          </span>
          <span>
            {speaks === 'neutral' ? null : (
              <span className="sr-only">{speaks === 'for' ? 'Speaks for it: ' : 'Speaks against it: '}</span>
            )}
            {text}
          </span>
        </li>
      ))}
    </ul>
  )
}

type Told = { text: string; speaks: 'for' | 'against' | 'neutral' }

function tell(reason: MatchReason): Told {
  if (reason.type === 'token_aligned') {
    const { queried, listed, similarity } = reason
    const text =
      similarity === 1 && queried === listed
        ? `“${queried}” is in both names`
        : `“${queried}” is close to “${listed}” (${Math.round(similarity * 100)} of 100)`
    return { text, speaks: 'for' }
  }
  if (reason.type === 'token_unmatched') {
    const where = reason.side === 'queried' ? 'the aid group’s name' : 'the list'
    return { text: `“${reason.token}” is only in ${where}`, speaks: 'against' }
  }
  if (reason.type === 'transliterated') {
    const how = reason.table === 'kmu_2010' ? 'spelled as in Ukrainian passports' : 'spelled in Latin letters'
    return { text: `Compared ${how}: “${reason.queried}” with “${reason.listed}”`, speaks: 'neutral' }
  }
  if (reason.type === 'same_script') return { text: `Compared in its own script, ${reason.script}`, speaks: 'for' }
  if (reason.type === 'weak_alias') return { text: 'The list calls this a weak alias', speaks: 'against' }
  if (reason.type === 'identifier_equal') {
    return { text: `The same ${reason.identifierType}: ${reason.value}`, speaks: 'for' }
  }
  return tellDetail(reason)
}

type Detail = Extract<
  MatchReason,
  { type: 'birth_date_agrees' | 'birth_date_differs' | 'country_agrees' | 'kind_differs' }
>

function tellDetail(reason: Detail): Told {
  if (reason.type === 'birth_date_agrees') {
    return { text: `Born ${reason.queried}, and on the list ${reason.listed}`, speaks: 'for' }
  }
  if (reason.type === 'birth_date_differs') {
    const text = `Born ${reason.queried}, on the list ${reason.listed.join(' or ')}. A birth date alone clears nobody`
    return { text, speaks: 'against' }
  }
  if (reason.type === 'country_agrees') return { text: `The same country: ${reason.country}`, speaks: 'for' }
  return { text: `Searched as ${reason.queried}, listed as ${reason.listed}`, speaks: 'against' }
}
