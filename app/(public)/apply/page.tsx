import type { Metadata } from 'next'
import { ActionForm } from '#components/ui/action-form.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { formWords, type Say, sayIn } from '#components/vetting-application/say.ts'
import { listChapters } from '#lib/vetting/list-chapters.ts'
import { Frame } from '../../application/frame.tsx'
import { start } from './actions.ts'
import { readLanguage } from './read-language.ts'

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  return { title: sayIn(readLanguage(await searchParams))('start.title') }
}

/** What vetting is, in plain words, and the way to an application's link for a group that nobody has nominated. */
export default async function ApplyPage({ searchParams }: Props) {
  const locale = readLanguage(await searchParams)
  const say = sayIn(locale)
  const chapters = await listChapters()
  return (
    <Frame
      say={say}
      locale={locale}
      postTo={null}
      back="/apply"
      title={say('start.title')}
      lead={say('start.lead')}
      measure="wide"
    >
      <div className="grid gap-10 lg:grid-cols-[1fr_26rem]">
        <div className="flex flex-col gap-10">
          <How say={say} />
          <Needed say={say} />
        </div>
        <section aria-labelledby="begin" className="self-start rounded-md border border-rule bg-sheet p-4 sm:p-6">
          <h2 id="begin" className="mb-4">
            {say('start.formTitle')}
          </h2>
          <ActionForm
            action={start}
            words={formWords(say)}
            submitLabel={say('start.send')}
            submitSize="large"
            label={say('start.formTitle')}
          >
            <HiddenField name="locale" value={locale} />
            <SelectField
              name="chapterId"
              label={say('start.chapter')}
              hint={say('start.chapterHint')}
              options={chapters.map(({ id, name }) => ({ value: id, label: name }))}
              placeholder={say('start.chooseChapter')}
            />
            <TextField name="name" label={say('start.name')} hint={say('start.nameHint')} />
            <TextField name="publicName" label={say('start.publicName')} hint={say('start.publicNameHint')} optional />
            <TextField
              name="email"
              label={say('start.email')}
              hint={say('start.emailHint')}
              type="email"
              inputMode="email"
              autoComplete="email"
              spellCheck={false}
            />
          </ActionForm>
        </section>
      </div>
    </Frame>
  )
}

const HOW = [
  ['start.h1', 'start.t1'],
  ['start.h2', 'start.t2'],
  ['start.h3', 'start.t3'],
  ['start.h4', 'start.t4'],
] as const
const NEEDED = ['start.n1', 'start.n2', 'start.n3', 'start.n4', 'start.n5'] as const

function How({ say }: { say: Say }) {
  return (
    <section aria-labelledby="how">
      <h2 id="how" className="mb-4">
        {say('start.how')}
      </h2>
      <ol className="flex flex-col gap-4">
        {HOW.map(([title, text], position) => (
          <li key={title} className="grid grid-cols-[2.5rem_1fr] gap-x-3">
            <span aria-hidden="true" className="figures font-serif text-2xl leading-8 text-green">
              {position + 1}
            </span>
            <div>
              <h3 className="text-base">{say(title)}</h3>
              <p className="max-w-prose">{say(text)}</p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Needed({ say }: { say: Say }) {
  return (
    <>
      <section aria-labelledby="needed">
        <h2 id="needed" className="mb-3 text-lg">
          {say('start.need')}
        </h2>
        <ul className="flex max-w-prose list-disc flex-col gap-2 pl-5">
          {NEEDED.map((key) => (
            <li key={key}>{say(key)}</li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="never" className="border-l-6 border-marigold bg-marigold-wash px-4 py-3">
        <h2 id="never" className="text-base">
          {say('start.not')}
        </h2>
        <p className="max-w-prose">{say('start.notText')}</p>
      </section>
    </>
  )
}
