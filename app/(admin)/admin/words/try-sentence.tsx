import { MarkedText } from '#components/purposes/marked-text.tsx'
import { LANGUAGE_NAMES } from '#components/purposes/word-names.ts'
import { Alert } from '#components/ui/alert.tsx'
import { Button } from '#components/ui/button.tsx'
import { Panel } from '#components/ui/card.tsx'
import type { Findings } from '#lib/purposes/check-purpose.ts'

export const SENTENCE_MAX = 2_000

type Props = { sentence: string; findings: Findings | null; keep: Record<string, string> }

/** What a sentence would do, as an ordinary GET form: nothing is kept, and the address can be sent to somebody. */
export function TrySentence({ sentence, findings, keep }: Props) {
  return (
    <Panel
      id="try"
      title="Try a sentence"
      intro="What the list would do with it on a line of a payment. Nothing is kept."
    >
      <form action="/admin/words#try" method="get" className="flex max-w-form flex-col gap-4">
        {Object.entries(keep).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <div className="flex flex-col gap-1.5">
          <label htmlFor="sentence" className="font-semibold">
            Sentence
          </label>
          <textarea
            id="sentence"
            name="sentence"
            rows={2}
            maxLength={SENTENCE_MAX}
            defaultValue={sentence}
            className="control"
          />
        </div>
        <div>
          <Button type="submit" variant="secondary">
            See what happens
          </Button>
        </div>
      </form>
      {findings ? <Outcome sentence={sentence} findings={findings} /> : null}
    </Panel>
  )
}

function Outcome({ sentence, findings }: { sentence: string; findings: Findings }) {
  const { prohibited, dualUse } = findings
  const all = [...prohibited, ...dualUse]
  const title =
    prohibited.length > 0 ? 'It would be refused' : dualUse.length > 0 ? 'Another person would look at it' : 'It passes'
  return (
    <div className="mt-4">
      <Alert kind={all.length > 0 ? 'attention' : 'done'} title={title}>
        <p>
          <MarkedText text={sentence} findings={all} />
        </p>
        {all.length > 0 ? (
          <ul className="mt-2 list-disc pl-5">
            {all.map(({ at, found, word, category, kind, language }) => (
              <li key={`${at} ${word}`}>
                “{found}”: {kind === 'prohibited' ? 'refused' : 'looked at'}, {category}. On the list as “{word}” in{' '}
                {LANGUAGE_NAMES[language]}.
              </li>
            ))}
          </ul>
        ) : null}
      </Alert>
    </div>
  )
}
