/** The first thing the Tab key reaches on every page; every page's `<main>` has the id "main". */
export function SkipLink({ children = 'Skip to the content' }: { children?: string }) {
  return (
    <a
      href="#main"
      className="sr-only focus:not-sr-only focus:absolute focus:left-2 focus:top-2 focus:z-10 focus:bg-sheet focus:px-4 focus:py-2"
    >
      {children}
    </a>
  )
}
