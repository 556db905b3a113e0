import { Progress } from '#components/ui/progress.tsx'
import { formatMoney } from '#lib/money/format.ts'

export type GoalProgressProps = { keptMinor: bigint; goalMinor: bigint; currency: string }

/** How far a campaign is: gifts that settled and stayed, without covered fees and tips, of its goal. */
export function GoalProgress({ keptMinor, goalMinor, currency }: GoalProgressProps) {
  const permille = goalMinor > 0n ? Number((keptMinor * 1000n) / goalMinor) : 0
  const words = `${formatMoney(keptMinor, currency)} of ${formatMoney(goalMinor, currency)}`
  return <Progress label="Raised" value={permille} max={1000} valueText={`${words} (${Math.floor(permille / 10)} %)`} />
}
