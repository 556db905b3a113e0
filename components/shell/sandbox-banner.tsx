/** Above everything while no real money can move, so that nobody mistakes a trial for a gift. */
export function SandboxBanner({ shown }: { shown: boolean }) {
  if (!shown) return null
  return (
    <p className="bg-marigold px-4 py-1 text-center text-sm font-semibold text-[#1c1a16]">
      Sandbox: no real money moves
    </p>
  )
}
