import type { Metadata } from 'next'
import { ActionForm } from '#components/ui/action-form.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import { formWords, type Say, sayIn } from '#components/vetting-application/say.ts'
import { findReferenceQuestion } from '#lib/vetting/answer-reference.ts'
import type { Locale } from '#lib/vetting/types.ts'
import { Frame, GonePage } from '../../../application/frame.tsx'
import { readLanguage } from '../../apply/read-language.ts'
import { answer } from './actions.ts'

type Props = {
  params: Promise<{ token: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

// The address is the key to the one answer: into no index and to no other site.
export async function generateMetadata({ params, searchParams }: Props): Promise<Metadata> {
  const say = sayIn(readLanguage(await searchParams))
  const question = await findReferenceQuestion((await params).token)
  const title = question ? say('reference.title', { group: question.groupName }) : say('reference.goneTitle')
  return { title, robots: { index: false, follow: false }, referrer: 'same-origin' }
}

/** Who asks, about whom, and five questions; once answered it only thanks. */
export default async function ReferencePage({ params, searchParams }: Props) {
  const { token } = await params
  const locale = readLanguage(await searchParams)
  const say = sayIn(locale)
  const question = await findReferenceQuestion(token)
  if (!question) {
    return <GonePage says={(['en', 'uk'] as const).map((one) => ({ locale: one, say: sayIn(one) }))} begin={false} />
  }
  const { name, groupName: group, chapterName: chapter, answeredAt } = question
  const frame = { say, locale, postTo: null, back: `/references/${token}` }
  if (answeredAt) {
    return (
      <Frame {...frame} title={say('reference.thanksTitle')}>
        <p className="max-w-prose">{say('reference.thanksText')}</p>
      </Frame>
    )
  }
  return (
    <Frame {...frame} title={say('reference.title', { group })} lead={say('reference.lead', { name, group, chapter })}>
      <Questions say={say} token={token} locale={locale} />
    </Frame>
  )
}

function Questions({ say, token, locale }: { say: Say; token: string; locale: Locale }) {
  return (
    <ActionForm
      action={answer.bind(null, token, locale)}
      words={formWords(say)}
      submitLabel={say('reference.send')}
      submitSize="large"
      label={say('reference.send')}
      className="flex flex-col gap-6"
    >
      <RadioGroupField
        name="confirms"
        label={say('reference.confirms')}
        options={[
          { value: 'yes', label: say('reference.confirmsYes') },
          { value: 'no', label: say('reference.confirmsNo') },
        ]}
      />
      <TextareaField name="relation" label={say('reference.relation')} rows={3} />
      <TextField
        name="knownSince"
        label={say('reference.knownSince')}
        hint={say('reference.knownSinceHint')}
        width="short"
      />
      <TextareaField name="workSeen" label={say('reference.workSeen')} rows={4} />
      <RadioGroupField
        name="isIndependent"
        label={say('reference.isIndependent')}
        hint={say('reference.isIndependentHint')}
        options={[
          { value: 'yes', label: say('reference.independentYes') },
          { value: 'no', label: say('reference.independentNo') },
        ]}
      />
      <TextareaField name="concerns" label={say('reference.concerns')} rows={3} optional />
      <p className="max-w-prose text-ink-soft">{say('reference.once')}</p>
    </ActionForm>
  )
}
