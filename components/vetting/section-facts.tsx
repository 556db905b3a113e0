import type { ReactNode } from 'react'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import type { SectionKind } from '#lib/vetting/types.ts'
import { fieldPlace, fieldWord, SECTION_WORDS } from './section-words.ts'
import { languageOf } from './written-in.ts'

const LISTS: Record<string, string> = { examples: 'Examples', regions: 'Regions', declarations: 'Declarations' }

/** What the aid group wrote in a section, field by field and as it wrote it. */
export function SectionFacts({ section, data }: { section: SectionKind; data: object }) {
  const items = Object.entries(data)
    .filter(([key]) => key !== 'complete')
    .sort(([a], [b]) => fieldPlace(section, a) - fieldPlace(section, b))
    .map(([key, value]: [string, unknown]) => ({
      key,
      term: LISTS[key] ?? fieldWord(section, key),
      detail: <Given section={section} name={key} value={value} />,
    }))
  return <DefinitionList items={items} />
}

function Given({ section, name, value }: { section: SectionKind; name: string; value: unknown }): ReactNode {
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) {
    return <span className="text-ink-soft">Not given</span>
  }
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (!Array.isArray(value)) return <GivenText name={name} text={String(value)} />
  if (value.every((item) => typeof item !== 'object')) return <GivenText name={name} text={value.join(', ')} />
  return (
    <ol className="flex flex-col gap-2">
      {value.map((item: Record<string, unknown>, position) => (
        <li key={`${position}-${JSON.stringify(item)}`} className="border-l-2 border-rule pl-3">
          {Object.entries(item)
            .filter(([, part]) => part !== '')
            .sort(([a], [b]) => fieldPlace(section, `${name}.0.${a}`) - fieldPlace(section, `${name}.0.${b}`))
            .map(([key, part]) => (
              <p key={key}>
                <span className="text-sm text-ink-soft">
                  {SECTION_WORDS[section].fields[`${name}.*.${key}`] ?? key}:{' '}
                </span>
                <GivenText name={key} text={String(part)} />
              </p>
            ))}
        </li>
      ))}
    </ol>
  )
}

function GivenText({ name, text }: { name: string; text: string }) {
  const isHash = name.endsWith('Sha256')
  const shown = name === 'categories' || name === 'dualUseItems' ? text.replaceAll('_', ' ') : text
  return (
    <span
      lang={languageOf(text)}
      className={isHash ? 'break-all font-mono text-sm' : 'whitespace-pre-wrap wrap-anywhere'}
    >
      {shown}
    </span>
  )
}
