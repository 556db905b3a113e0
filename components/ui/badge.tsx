import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

/**
 * What a state asks of the reader. `attention`: somebody must act. `active`: it runs as it should. `done`: finished.
 * `waiting`: on somebody else. `stopped`: ended without its purpose. None is red: red is for errors.
 */
export type Tone = 'attention' | 'active' | 'done' | 'waiting' | 'stopped'

const TONE: Record<Tone, { box: string; mark: string }> = {
  attention: { box: 'bg-marigold-wash border-marigold-ink text-marigold-ink', mark: '!' },
  active: { box: 'bg-green-wash border-green text-green', mark: '●' },
  done: { box: 'bg-sunk border-edge text-ink', mark: '✓' },
  waiting: { box: 'bg-sheet border-edge text-ink-soft', mark: '○' },
  stopped: { box: 'bg-sheet border-edge text-ink-soft', mark: '×' },
}

/** A state in one or two words, told by a mark as well as by colour. */
export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1.5 whitespace-nowrap rounded-sm border px-2 text-sm font-semibold leading-5.5',
        TONE[tone].box,
      )}
    >
      <span aria-hidden="true">{TONE[tone].mark}</span>
      {children}
    </span>
  )
}

export type StatusSentenceProps = {
  tone: Tone
  /** One or two words: "In review". */
  state: ReactNode
  /** What happens next, who does it and by when: "A reviewer of another chapter reads it, by 25 November." */
  children: ReactNode
}

/** A state with the sentence that says what happens next. Every page about something with states has one. */
export function StatusSentence({ tone, state, children }: StatusSentenceProps) {
  return (
    <p className="max-w-prose leading-7">
      <Badge tone={tone}>{state}</Badge> <span className="ml-1">{children}</span>
    </p>
  )
}
