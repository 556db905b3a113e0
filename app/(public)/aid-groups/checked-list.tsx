import { APPROVAL_GATES, GATE_WORDS } from '#components/vetting/gate-words.ts'

/** The fourteen things that were made sure of before an approval, in words for anyone. Never who said so, and never where. */
export function CheckedList() {
  return (
    <ol className="grid gap-x-8 border-t border-rule sm:grid-cols-2">
      {APPROVAL_GATES.map((gate) => (
        <li key={gate} className="grid grid-cols-[1.75rem_1fr] border-b border-rule py-3">
          <span aria-hidden="true" className="font-semibold text-green">
            ✓
          </span>
          <span className="min-w-0">
            <span className="block font-semibold">{GATE_WORDS[gate].title}</span>
            {GATE_WORDS[gate].told}
          </span>
        </li>
      ))}
    </ol>
  )
}
