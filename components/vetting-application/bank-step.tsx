import { ActionForm } from '#components/ui/action-form.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import type { FormAction } from '#components/ui/form-state.ts'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import type { Dossier } from '#lib/vetting/read-dossier.ts'
import type { Locale } from '#lib/vetting/types.ts'
import type { SelectOptions } from './identity-fields.tsx'
import { formWords, type Say, sayDay } from './say.ts'

type BankStepProps = {
  say: Say
  locale: Locale
  account: Dossier['bankAccount']
  countries: SelectOptions
  currencies: SelectOptions
  isOpen: boolean
  save: FormAction
}

/** The account in force by its last digits, and the form that enters one or replaces it. */
export function BankStep({ say, locale, account, countries, currencies, isOpen, save }: BankStepProps) {
  return (
    <>
      {account ? <AccountFacts say={say} locale={locale} account={account} /> : null}
      {isOpen ? (
        <section aria-labelledby="enter" className="rounded-md border border-rule bg-sheet p-4 sm:p-6">
          <h2 id="enter" className="mb-2 text-lg">
            {say(account ? 'bank.replace' : 'bank.enter')}
          </h2>
          {account ? <p className="mb-4 max-w-prose text-ink-soft">{say('bank.replaceText')}</p> : null}
          <ActionForm
            action={save}
            words={formWords(say)}
            submitLabel={say('form.saveOnly')}
            submitVariant={account ? 'secondary' : 'primary'}
            label={say(account ? 'bank.replace' : 'bank.enter')}
            className="flex flex-col gap-6"
          >
            <BankFields say={say} countries={countries} currencies={currencies} />
          </ActionForm>
        </section>
      ) : null}
    </>
  )
}

function BankFields({ say, countries, currencies }: Pick<BankStepProps, 'say' | 'countries' | 'currencies'>) {
  return (
    <>
      <TextField
        name="holderName"
        label={say('bank.holderName')}
        hint={say('bank.holderNameHint')}
        autoComplete="off"
      />
      <TextField name="bankName" label={say('bank.bankName')} autoComplete="off" />
      <SelectField
        name="bankCountry"
        label={say('bank.bankCountry')}
        options={countries}
        placeholder={say('form.choose')}
      />
      <SelectField name="currency" label={say('bank.currency')} options={currencies} placeholder={say('form.choose')} />
      <TextField
        name="iban"
        label={say('bank.iban')}
        hint={say('bank.ibanHint')}
        autoComplete="off"
        spellCheck={false}
        maxLength={60}
      />
      <TextField
        name="accountNumber"
        label={say('bank.accountNumber')}
        hint={say('bank.accountNumberHint')}
        autoComplete="off"
        spellCheck={false}
        width="short"
        optional
      />
      <TextField name="bic" label={say('bank.bic')} autoComplete="off" spellCheck={false} width="short" optional />
      <TextField
        name="routing"
        label={say('bank.routing')}
        hint={say('bank.routingHint')}
        autoComplete="off"
        spellCheck={false}
        width="short"
        optional
      />
    </>
  )
}

type Account = NonNullable<Dossier['bankAccount']>

function AccountFacts({ say, locale, account }: { say: Say; locale: Locale; account: Account }) {
  const country = new Intl.DisplayNames(locale, { type: 'region' }).of(account.bankCountry)
  return (
    <section aria-labelledby="account">
      <h2 id="account" className="mb-3 text-lg">
        {say('bank.inForce')}
      </h2>
      <DefinitionList
        items={[
          { term: say('bank.holderName'), detail: account.holderName },
          { term: say('bank.bankName'), detail: `${account.bankName}, ${country ?? account.bankCountry}` },
          {
            term: say('bank.number'),
            detail: (
              <span className="figures">
                {say('bank.ending', { digits: account.lastDigits })} ({account.currency})
              </span>
            ),
          },
          { term: say('bank.enteredOn'), detail: sayDay(locale, account.enteredAt) },
          {
            term: say('bank.check'),
            detail: account.verifiedAt
              ? `${say('bank.verified')}, ${sayDay(locale, account.verifiedAt)}`
              : say('bank.notVerified'),
          },
        ]}
      />
    </section>
  )
}
