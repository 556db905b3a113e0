import { BankStep } from '#components/vetting-application/bank-step.tsx'
import { DocumentsStep } from '#components/vetting-application/documents-step.tsx'
import { PeopleStep } from '#components/vetting-application/people-step.tsx'
import { ReferencesStep } from '#components/vetting-application/references-step.tsx'
import { currencies } from '#lib/money/currencies.ts'
import { listCountries } from '#lib/vetting/list-countries.ts'
import { type DocumentKind, documentKinds, type Part } from '#lib/vetting/types.ts'
import {
  addDocument,
  addOnePerson,
  addOneReference,
  removeOneDocument,
  removeOnePerson,
  removeOneReference,
  replaceAccount,
} from './actions.ts'
import type { OpenedPage } from './open-page.ts'

type StepProps = { page: OpenedPage; part: Part; isOpen: boolean }

/** A part that is a list: people, the account, references, documents. */
export function TableStep({ page, part, isOpen }: StepProps) {
  const { door, say, locale, view } = page
  const { dossier } = view
  const countries = listCountries(locale).map(({ code, name }) => ({ value: code, label: name }))
  if (part === 'people') {
    return (
      <PeopleStep
        {...{ say, countries, isOpen }}
        people={dossier.people}
        add={addOnePerson.bind(null, door)}
        remove={removeOnePerson.bind(null, door)}
      />
    )
  }
  if (part === 'bank') {
    return (
      <BankStep
        {...{ say, locale, countries, isOpen }}
        account={dossier.bankAccount}
        currencies={listCurrencies(locale)}
        save={replaceAccount.bind(null, door)}
      />
    )
  }
  if (part === 'references') {
    return (
      <ReferencesStep
        {...{ say, locale, isOpen }}
        references={dossier.references}
        add={addOneReference.bind(null, door)}
        remove={removeOneReference.bind(null, door)}
      />
    )
  }
  return <Documents {...{ page, part, isOpen }} />
}

function Documents({ page, isOpen }: StepProps) {
  const { actor, base, door, say, view, submittedAt } = page
  const missing = view.gaps.filter(({ problem }) => problem === 'document').map(({ field }) => field as DocumentKind)
  return (
    <DocumentsStep
      {...{ say, isOpen, missing }}
      documents={view.dossier.documents.map((document) => ({
        ...document,
        isFixed: submittedAt !== null && document.addedAt <= submittedAt,
      }))}
      kinds={documentKinds}
      fileHref={(fileId) => (actor.kind === 'user' ? `/files/${fileId}` : `${base}/files/${fileId}`)}
      add={addDocument.bind(null, door)}
      remove={removeOneDocument.bind(null, door)}
    />
  )
}

const USUAL = ['UAH', 'EUR', 'USD', 'GBP', 'PLN']

/** The usual ones first, then all by their code. */
function listCurrencies(locale: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(locale, { type: 'currency' })
  const rest = [...currencies.keys()].filter((code) => !USUAL.includes(code))
  return [...USUAL, ...rest].map((code) => ({ value: code, label: `${code} – ${names.of(code) ?? code}` }))
}
