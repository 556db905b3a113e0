type SandboxBannerProps = { shown: boolean; children?: string }

/** Above everything while no real money can move, so that nobody mistakes a trial for a gift. */
export function SandboxBanner({ shown, children = 'Sandbox: no real money moves' }: SandboxBannerProps) {
  if (!shown) return null
  return (
    <aside
      aria-label="Sandbox"
      className="print:hidden bg-marigold px-4 py-1 text-center text-sm font-semibold text-on-marigold"
    >
      {children}
    </aside>
  )
}
