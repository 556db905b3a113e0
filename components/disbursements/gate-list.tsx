import type { Gate } from '#lib/disbursements/types.ts'

/** What must be true before the next step: a green mark, or a marigold one with the reason. */
export function GateList({ gates }: { gates: readonly Gate[] }) {
  return (
    <ul className="flex flex-col border-t border-rule">
      {gates.map((gate) => (
        <li key={gate.key} className="grid grid-cols-[1.75rem_1fr] gap-x-2 border-b border-rule py-2">
          <span
            aria-hidden="true"
            className={gate.open ? 'font-semibold text-green' : 'font-semibold text-marigold-ink'}
          >
            {gate.open ? '✓' : '!'}
          </span>
          <div className="min-w-0">
            <p className="font-semibold">
              {gate.label}
              <span className={gate.open ? 'text-green' : 'text-marigold-ink'}>
                {gate.open ? ': yes' : ': not now'}
              </span>
            </p>
            {gate.reason === '' ? null : <p className="text-sm">{gate.reason}</p>}
          </div>
        </li>
      ))}
    </ul>
  )
}
