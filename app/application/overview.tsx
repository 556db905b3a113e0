import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import { PartList } from '#components/vetting-application/part-list.tsx'
import { formWords } from '#components/vetting-application/say.ts'
import { type Part, parts } from '#lib/vetting/types.ts'
import { submit } from './actions.ts'
import type { OpenedPage } from './open-page.ts'

/** Every part of the application with how far it is. */
export function Parts({ page: { say, base, view } }: { page: OpenedPage }) {
  const href = (part: Part) => `${base}/${part}`
  return (
    <section aria-labelledby="parts">
      <h2 id="parts" className="sr-only">
        {say('overview.parts')}
      </h2>
      <PartList say={say} parts={parts} states={view.states} gaps={view.gaps} open={view.open} href={href} />
    </section>
  )
}

/** The last step: sends it in once nothing is missing, and says until then what is. */
export function Submission({ page: { say, door, view } }: { page: OpenedPage }) {
  if (!view.canSubmit) return null
  const missing = parts.filter((part) => view.gaps.some((gap) => gap.part === part))
  return (
    <Panel id="submit" title={say('overview.submitTitle')} intro={say('overview.submitText')}>
      <ActionForm
        action={submit.bind(null, door)}
        words={formWords(say)}
        submitLabel={say('overview.submit')}
        submitSize="large"
        submitVariant={missing.length === 0 ? 'primary' : 'secondary'}
        label={say('overview.submitTitle')}
      >
        {missing.length > 0 ? (
          <p className="max-w-prose">
            {say('overview.submitNot')} {missing.map((part) => say(`parts.${part}`)).join(', ')}.
          </p>
        ) : null}
      </ActionForm>
    </Panel>
  )
}
