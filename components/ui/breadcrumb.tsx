export type Crumb = { label: string; href: string }

/** The way back up. The page itself is not in it: its heading says where we are. */
export function Breadcrumb({ crumbs }: { crumbs: Crumb[] }) {
  return (
    <nav aria-label="Breadcrumb">
      <ol className="flex flex-wrap gap-x-2 text-sm">
        {crumbs.map(({ label, href }, position) => (
          <li key={href} className="flex gap-2">
            {position > 0 ? (
              <span aria-hidden="true" className="text-ink-soft">
                /
              </span>
            ) : null}
            <a href={href} className="text-ink">
              {label}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  )
}
