import { Badge, type Tone } from '#components/ui/badge.tsx'
import type { Gap, PartState } from '#lib/vetting/find-gaps.ts'
import type { Part } from '#lib/vetting/types.ts'
import type { Say } from './say.ts'

const TONE: Record<PartState | 'closed', Tone> = {
  empty: 'waiting',
  partial: 'attention',
  complete: 'done',
  unconfirmed: 'attention',
  closed: 'done',
}

type PartListProps = {
  say: Say
  parts: readonly Part[]
  states: Record<Part, PartState>
  gaps: readonly Gap[]
  open: readonly Part[]
  href: (part: Part) => string
}

/** Every part of the application with how far it is and what it still lacks. */
export function PartList({ say, parts, states, gaps, open, href }: PartListProps) {
  return (
    <ol className="border-t border-ink">
      {parts.map((part, position) => {
        const state = open.includes(part) || states[part] !== 'complete' ? states[part] : 'closed'
        const lacking = sayGaps(
          say,
          gaps.filter((gap) => gap.part === part),
        )
        return (
          <li key={part} className="grid grid-cols-[1.75rem_1fr] gap-x-2 border-b border-rule py-3">
            <span aria-hidden="true" className="figures pt-1 text-ink-soft">
              {position + 1}
            </span>
            <div className="flex min-w-0 flex-wrap items-start justify-between gap-x-4 gap-y-1">
              <div className="min-w-0 flex-1 basis-40">
                <a href={href(part)} className="inline-flex min-h-8 items-center font-semibold">
                  {say(`parts.${part}`)}
                </a>
                {lacking.map((line) => (
                  <p key={line} className="text-sm text-ink-soft">
                    {line}
                  </p>
                ))}
              </div>
              <span className="pt-1">
                <Badge tone={TONE[state]}>{say(`states.${state}`)}</Badge>
              </span>
            </div>
          </li>
        )
      })}
    </ol>
  )
}

/** What one part lacks, in sentences; answers that are missing or wrong are counted, the part's page has the messages. */
function sayGaps(say: Say, gaps: readonly Gap[]): string[] {
  const lines = gaps.flatMap(({ problem, field }) => {
    if (problem === 'document') return [say('gaps.document', { kind: say(`kinds.${field as 'registration'}`) })]
    return isWhole(problem) && problem !== 'not_begun' ? [say(`gaps.${problem}`)] : []
  })
  const count = gaps.filter(({ problem }) => !isWhole(problem) && problem !== 'document').length
  return count > 0 ? [...lines, say('gaps.some', { count })] : lines
}

const WHOLE = [
  'not_begun',
  'unconfirmed',
  'controller',
  'owner',
  'signatory',
  'account',
  'holder',
  'two_references',
] as const

function isWhole(problem: Gap['problem']): problem is (typeof WHOLE)[number] {
  return (WHOLE as readonly string[]).includes(problem)
}
