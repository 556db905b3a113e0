export type AccountMenuProps = {
  name: string
  /** The desks this person may enter. */
  desks: { href: string; label: string }[]
}

/** Who is signed in: their desks, and the way out. */
export function AccountMenu({ name, desks }: AccountMenuProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-4">
      <nav aria-label="Your desks">
        <ul className="flex flex-wrap gap-x-4">
          {desks.map(({ href, label }) => (
            <li key={href}>
              <a href={href} className="flex min-h-11 items-center text-ink">
                {label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <form method="post" action="/sign-out" className="flex items-center gap-2">
        <span className="text-ink-soft">{name}</span>
        <button type="submit" className="min-h-11 cursor-pointer text-ink underline">
          Sign out
        </button>
      </form>
    </div>
  )
}
