import { classNames } from '#components/ui/class-names.ts'

export type GateState = 'green' | 'open' | 'red'

const STATE: Record<GateState, { word: string; mark: string; box: string }> = {
  green: { word: 'Met', mark: '✓', box: 'border-green bg-green-wash text-green' },
  open: { word: 'Open', mark: '○', box: 'border-edge bg-sheet text-ink-soft' },
  // A failed gate is an error that stops money, so it is the one state that is red.
  red: { word: 'Failed', mark: '×', box: 'border-brick bg-brick-wash text-brick' },
}

/** Whether a gate is met, told by its mark and word as well as by colour. */
export function GateMark({ state }: { state: GateState }) {
  const { word, mark, box } = STATE[state]
  return (
    <span
      className={classNames(
        'inline-flex min-w-20 items-center justify-center gap-1.5 whitespace-nowrap rounded-sm border px-2 text-sm font-semibold leading-5.5',
        box,
      )}
    >
      <span aria-hidden="true">{mark}</span>
      {word}
    </span>
  )
}

/** All gates of a dossier in one line: fourteen squares in the order in which they are worked through, and the sum in words. */
export function GateStrip({ states, title }: { states: readonly GateState[]; title: string }) {
  const met = states.filter((state) => state === 'green').length
  return (
    <svg
      role="img"
      aria-label={`${title}: ${met} of ${states.length} gates met`}
      viewBox={`0 0 ${states.length * 14 - 2} 12`}
      className="block h-3.5 w-auto"
    >
      {states.map((state, position) => (
        <g key={`${position}-${state}`}>
          <rect
            x={position * 14 + 0.5}
            y="0.5"
            width="11"
            height="11"
            className={
              state === 'green'
                ? 'fill-green stroke-green'
                : state === 'red'
                  ? 'fill-brick-wash stroke-brick'
                  : 'fill-sheet stroke-edge'
            }
          />
          {state === 'red' ? (
            <path d={`M${position * 14 + 3} 3 l6 6 m0 -6 l-6 6`} className="fill-none stroke-brick" strokeWidth="1.5" />
          ) : null}
        </g>
      ))}
    </svg>
  )
}
