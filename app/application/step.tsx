import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { LinkButton } from '#components/ui/link-button.tsx'
import { formWords, type Say } from '#components/vetting-application/say.ts'
import { type Part, parts } from '#lib/vetting/types.ts'
import { confirm } from './actions.ts'
import type { OpenedPage } from './open-page.ts'
import { SectionStep } from './section-step.tsx'
import { TableStep } from './table-step.tsx'

type Query = Record<string, string | string[] | undefined>

/** Where a part's page stands among the others, above its title. */
export function StepKicker({ page: { say, base }, part }: { page: OpenedPage; part: Part }) {
  return (
    <>
      <a href={base}>{say('overview.back')}</a>
      <span className="figures text-ink-soft">
        {' '}
        · {say('overview.step', { number: String(parts.indexOf(part) + 1), all: String(parts.length) })}
      </span>
    </>
  )
}

/** One part of the application: a form of its own that saves whatever stands in it. */
export function Step({ page, part, query }: { page: OpenedPage; part: Part; query: Query }) {
  const { say, base } = page
  const { done, more } = query
  const isOpen = page.view.open.includes(part)
  return (
    <>
      <Notices say={say} part={part} done={typeof done === 'string' ? done : ''} isOpen={isOpen} />
      <StillRight page={page} part={part} />
      {isTable(part) ? (
        <TableStep page={page} part={part} isOpen={isOpen} />
      ) : (
        <SectionStep page={page} section={part} isOpen={isOpen} hasMore={more === 'yes'} />
      )}
      <Onwards say={say} base={base} part={part} isTable={isTable(part)} />
    </>
  )
}

const isTable = (part: Part) => part === 'people' || part === 'bank' || part === 'references' || part === 'documents'

function Notices({ say, part, done, isOpen }: { say: Say; part: Part; done: string; isOpen: boolean }) {
  return (
    <>
      {done === 'saved' ? <Alert kind="done">{say('overview.saved')}</Alert> : null}
      {done === 'added' && part === 'bank' ? <Alert kind="done">{say('bank.saved')}</Alert> : null}
      {done === 'added' && part !== 'bank' ? <Alert kind="done">{say('overview.saved')}</Alert> : null}
      {done === 'removed' ? <Alert kind="done">{say('people.removed')}</Alert> : null}
      {isOpen ? null : <Alert kind="note">{say('overview.closed')}</Alert>}
    </>
  )
}

/** In a later round what was sent before stands in the form already: one button says that it is still right. */
function StillRight({ page, part }: { page: OpenedPage; part: Part }) {
  const { say, view, door } = page
  if (view.round === 1 || !view.open.includes(part) || view.states[part] !== 'unconfirmed') return null
  return (
    <Alert kind="attention" title={say('overview.stillRightTitle')}>
      <p className="mb-3">{say('overview.stillRightText')}</p>
      <ActionForm
        action={confirm.bind(null, door, part)}
        words={formWords(say)}
        submitLabel={say('overview.stillRight')}
        label={say('overview.stillRight')}
      />
    </Alert>
  )
}

/** What a part with a list ends with; a form's own button goes on by itself. */
function Onwards({ say, base, part, isTable }: { say: Say; base: string; part: Part; isTable: boolean }) {
  const next = parts[parts.indexOf(part) + 1]
  return (
    <nav aria-label={say('overview.parts')} className="flex flex-wrap items-center gap-4 border-t border-rule pt-5">
      {next && isTable ? (
        <LinkButton href={`${base}/${next}`}>{say('overview.next', { part: say(`parts.${next}`) })}</LinkButton>
      ) : null}
      {next && !isTable ? <a href={`${base}/${next}`}>{say('overview.next', { part: say(`parts.${next}`) })}</a> : null}
      <a href={base}>{say('overview.back')}</a>
    </nav>
  )
}
