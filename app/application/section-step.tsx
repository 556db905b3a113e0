import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import type { FormState } from '#components/ui/form-state.ts'
import { AutoSave } from '#components/vetting-application/auto-save.tsx'
import {
  ConflictsFields,
  DualUseFields,
  SafeguardingFields,
  SignatureFields,
  StatementText,
} from '#components/vetting-application/conduct-fields.tsx'
import {
  type FieldsProps,
  GovernanceFields,
  IdentityFields,
  RegistrationFields,
} from '#components/vetting-application/identity-fields.tsx'
import { formWords, type Say } from '#components/vetting-application/say.ts'
import { DeliveryFields, PastWorkFields } from '#components/vetting-application/work-fields.tsx'
import { type Problems, problemCodes } from '#lib/vetting/check-section.ts'
import { listCountries } from '#lib/vetting/list-countries.ts'
import { AREA_CODES, matchArea } from '#lib/vetting/match-area.ts'
import { readStatement } from '#lib/vetting/read-statement.ts'
import { aidCategories, dualUseItems, type SectionKind } from '#lib/vetting/types.ts'
import { autosave, save, sign } from './actions.ts'
import type { OpenedPage } from './open-page.ts'
import { fieldValues, rowCounts } from './read-section.ts'
import { nameFields, sayProblems } from './run-apply-form.ts'

type StepProps = { page: OpenedPage; section: SectionKind; isOpen: boolean; hasMore: boolean }

/** The form of one section, filled with what was saved; without a save it is empty and complains of nothing. */
export function SectionStep({ page, section, isOpen, hasMore }: StepProps) {
  const { door, say } = page
  const isSigned = section === 'end_use' || section === 'agreement'
  const initial = initialState(page, section, isOpen && !hasMore)
  const action = isSigned ? sign.bind(null, door, section) : save.bind(null, door, section)
  return (
    <>
      {isSigned ? <Statement page={page} kind={section} /> : null}
      <ActionForm
        action={action}
        initial={initial}
        words={formWords(say)}
        label={say(`parts.${section}`)}
        className="flex flex-col gap-6"
        {...(isOpen
          ? { submitLabel: say(isSigned && page.actor.kind === 'applicant' ? 'end_use.sign' : 'form.save') }
          : {})}
      >
        <fieldset disabled={!isOpen} className="flex min-w-0 flex-col gap-6">
          <Fields page={page} section={section} hasMore={hasMore} />
        </fieldset>
        {isOpen && !isSigned ? (
          <AutoSave
            save={autosave.bind(null, door, section)}
            saved={say('form.autosaved', { time: '{time}' })}
            unsaved={say('form.unsaved')}
          />
        ) : null}
      </ActionForm>
    </>
  )
}

/** What was saved; with a summary of what it lacks where the reader can do something about it. */
function initialState({ actor, view, say }: OpenedPage, section: SectionKind, isSummed: boolean): FormState {
  const saved = view.dossier.sections[section]
  if (!saved) return { status: 'idle', fieldErrors: {}, values: {} }
  const { complete, ...fields } = saved.data
  // Of what was whole and is closed nothing is asked any more.
  const fieldErrors = complete && !view.open.includes(section) ? {} : sayProblems(say, problemsOf(view, section))
  const isAccepted = view.gaps.every((gap) => gap.part !== section || !gap.field.startsWith('statement'))
  // What the aid group signed by itself is not what the desk's tick says.
  const isOwnTick = actor.kind === 'applicant' || !saved.savedBy.startsWith('applicant:')
  const signed = 'signedOn' in fields && fields.signedOn !== '' && isAccepted && isOwnTick ? { accepted: 'yes' } : {}
  const count = Object.keys(fieldErrors).length
  const summary = isSummed && count > 0 ? { message: say('overview.problemsHere', { count }) } : {}
  const fieldNames = nameFields(say, section, fieldErrors)
  return { status: 'idle', ...summary, fieldErrors, fieldNames, values: { ...fieldValues(saved.data), ...signed } }
}

/** What the section lacks by itself and beside the rest of the product: the contact may have joined a chapter since. */
function problemsOf({ gaps }: OpenedPage['view'], section: SectionKind): Problems {
  const own = gaps.filter(({ part, field }) => part === section && field !== '')
  const coded = own.map(({ field, problem }) => [field, problemCodes.find((code) => code === problem) ?? 'missing'])
  return Object.fromEntries(coded) as Problems
}

function Fields({ page, section, hasMore }: { page: OpenedPage; section: SectionKind; hasMore: boolean }) {
  const { say, locale, view } = page
  const countries = listCountries(locale).map(({ code, name }) => ({ value: code, label: name }))
  const data = view.dossier.sections[section]?.data
  const rows = rowCounts(data)
  if (hasMore) for (const name of Object.keys(rows)) rows[name] = (rows[name] ?? 0) + 1
  const props: FieldsProps = { say, countries, rows }
  if (section === 'identity') return <IdentityFields {...props} />
  if (section === 'registration') return <RegistrationFields {...props} />
  if (section === 'governance') return <GovernanceFields {...props} />
  if (section === 'past_work') return <PastWorkFields {...props} />
  if (section === 'safeguarding') return <SafeguardingFields {...props} />
  if (section === 'conflicts') return <ConflictsFields {...props} />
  if (section === 'delivery') return <Delivery {...props} page={page} />
  return <Signature page={page} kind={section} />
}

function Delivery({ page, ...props }: FieldsProps & { page: OpenedPage }) {
  const { say } = props
  const areas = AREA_CODES.map((code) => ({ value: code, label: say(`areas.${code}`) }))
  const categories = aidCategories.map((category) => ({ value: category, label: say(`categories.${category}`) }))
  const notice = <Embargo say={say} page={page} />
  return <DeliveryFields {...props} areas={areas} categories={categories} notice={notice} />
}

/** Said plainly, before anybody hopes for money that cannot come. */
function Embargo({ say, page }: { say: Say; page: OpenedPage }) {
  const named = page.view.dossier.sections.delivery?.data.regions.map(matchArea) ?? []
  const areas = [...new Set(named)].filter((area) => area !== null)
  return areas.map((area) => (
    <Alert key={area} kind="attention" title={say('delivery.embargoTitle', { area: say(`areas.${area}`) })}>
      {say('delivery.embargoText')}
    </Alert>
  ))
}

function Statement({ page, kind }: { page: OpenedPage; kind: 'end_use' | 'agreement' }) {
  const { say, locale } = page
  return <StatementText say={say} title={say(`${kind}.statement`)} statement={readStatement(kind, locale)} />
}

function Signature({ page, kind }: { page: OpenedPage; kind: 'end_use' | 'agreement' }) {
  const { say, view, actor } = page
  const byPaper = actor.kind === 'user'
  const data = view.dossier.sections[kind]?.data
  const signedBy = data?.complete
    ? say('end_use.signedBy', { name: data.signedName, role: data.signedRole, date: data.signedOn })
    : null
  return (
    <>
      {kind === 'end_use' ? (
        <DualUseFields say={say} items={dualUseItems.map((item) => ({ value: item, label: say(`end_use.${item}`) }))} />
      ) : null}
      <SignatureFields
        say={say}
        accept={say(byPaper ? 'end_use.acceptedOnPaper' : `${kind}.accepted`)}
        signedBy={signedBy}
        byPaper={byPaper}
      />
    </>
  )
}
