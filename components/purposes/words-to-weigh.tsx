import { Alert } from '#components/ui/alert.tsx'
import type { Finding } from '#lib/purposes/types.ts'

/** The words of a text that can also serve a war, for the person who decides about it; nothing where there are none. */
export function WordsToWeigh({ words }: { words: readonly Pick<Finding, 'found' | 'category' | 'wordId'>[] }) {
  if (words.length === 0) return null
  return (
    <Alert kind="attention" title="Words that can also serve a war">
      <p>Aid is humanitarian or medical only. Look at what these are for before you decide.</p>
      <ul className="mt-2 list-disc pl-5">
        {words.map(({ found, category, wordId }) => (
          <li key={`${wordId} ${found}`}>
            “{found}” ({category})
          </li>
        ))}
      </ul>
    </Alert>
  )
}
