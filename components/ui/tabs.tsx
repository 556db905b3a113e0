import { classNames } from './class-names.ts'

export type Tab = { label: string; href: string; count?: number }

/** Tabs that are links: each has its own address and works without JavaScript. `current` is the href of the open one. */
export function Tabs({ label, tabs, current }: { label: string; tabs: Tab[]; current: string }) {
  return (
    <nav aria-label={label} className="overflow-x-auto border-b border-edge">
      <ul className="flex gap-1">
        {tabs.map((tab) => (
          <li key={tab.href}>
            <a
              href={tab.href}
              aria-current={tab.href === current ? 'page' : undefined}
              className={classNames(
                'flex min-h-11 items-center gap-2 whitespace-nowrap border-b-4 px-3 no-underline -outline-offset-3',
                tab.href === current ? 'border-green font-semibold text-ink' : 'border-transparent text-ink-soft',
              )}
            >
              {tab.label}
              {tab.count === undefined ? null : <span className="figures text-sm text-ink-soft">{tab.count}</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
