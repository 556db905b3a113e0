import type { ReactNode } from 'react'

export type DefinitionListProps = {
  items: { term: ReactNode; detail: ReactNode; key?: string }[]
}

/** Facts about one thing: term on the left, what it is on the right (below, on a phone). */
export function DefinitionList({ items }: DefinitionListProps) {
  return (
    <dl className="border-t border-rule">
      {items.map(({ term, detail, key }, position) => (
        <div key={key ?? position} className="grid gap-x-6 border-b border-rule py-2 sm:grid-cols-[14rem_1fr]">
          <dt className="text-ink-soft">{term}</dt>
          <dd className="min-w-0">{detail}</dd>
        </div>
      ))}
    </dl>
  )
}
