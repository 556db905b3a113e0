import { db } from '#lib/db/client.ts'
import { addEvidence } from '#lib/disbursements/add-evidence.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { confirmReceipt } from '#lib/disbursements/confirm-receipt.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { requestDisbursement } from '#lib/disbursements/request-disbursement.ts'
import { startWire } from '#lib/disbursements/start-wire.ts'
import { fundHeadroom } from '#lib/ledger/queries.ts'
import { toDecimalString } from '#lib/money/format.ts'
import { splitByWeights } from '#lib/money/split.ts'
import { drawBoxes } from './draw-cover.ts'
import { type LiveCampaign, must, type World } from './world.ts'
import { writeDeliveryNote } from './write-delivery-note.ts'

const HOUR_MS = 3_600_000
type Clock = { set: (at: Date) => void }

/** One disbursement through as many hands as its plan says, a day or two between the steps. */
export async function plantDisbursement(
  world: World,
  campaign: LiveCampaign,
  begunAt: Date,
  clock: Clock,
): Promise<void> {
  const plan = campaign.plan.disbursements[campaign.next]
  if (!plan) return
  campaign.next += 1
  const { currency } = campaign.chapter
  const { headroomMinor } = await fundHeadroom(db(), campaign.fundId)
  const wholeMinor =
    plan.share === 1 ? headroomMinor : ((headroomMinor * BigInt(Math.round(plan.share * 100))) / 10_000n) * 100n
  const parts = splitByWeights(
    wholeMinor,
    plan.lines.map((line) => BigInt(line.weight)),
  )
  const lines = plan.lines.map(({ category, description }, index) => ({
    category,
    description,
    amount: toDecimalString(parts[index] ?? 0n, currency),
  }))
  const [requester, approver, releaser] = [campaign.plan.organizer, 'tomas', 'ines'].map((key) =>
    must(world.people, key),
  )
  if (!requester || !approver || !releaser) throw new Error('Three people are needed.')

  const at = (hours: number) => clock.set(new Date(begunAt.getTime() + hours * HOUR_MS))
  at(0)
  const { id, number } = await requestDisbursement(requester, {
    campaignId: campaign.id,
    aidGroupId: campaign.aidGroupId,
    purpose: plan.purpose,
    lines,
  })
  const seen = async () => ({
    disbursementId: id,
    version: (await db().disbursement.findUniqueOrThrow({ where: { id } })).version,
  })
  if (plan.state === 'requested') return
  at(20)
  await approveDisbursement(approver, await seen())
  if (plan.state === 'approved') return
  at(42)
  await startWire(releaser, { ...(await seen()), takeOver: false })
  const transferFee = plan.share === 1 ? '' : '15.00'
  await releaseDisbursement(releaser, {
    ...(await seen()),
    wireReference: `DEMO-2026-${String(number).padStart(5, '0')}`,
    transferFee,
  })
  if (plan.state === 'released') return
  at(110)
  await confirm(world, campaign, {
    id,
    number,
    purpose: plan.purpose,
    lines,
    at: new Date(begunAt.getTime() + 110 * HOUR_MS),
    seen,
  })
}

type Sent = {
  id: string
  number: number
  purpose: string
  lines: { description: string; amount: string }[]
  at: Date
  seen: () => Promise<{ disbursementId: string; version: number }>
}

async function confirm(world: World, campaign: LiveCampaign, sent: Sent): Promise<void> {
  const takenOn = sent.at.toISOString().slice(0, 10)
  const note = writeDeliveryNote([
    'DELIVERY NOTE (demonstration)',
    '',
    `Disbursement ${sent.number}: ${sent.purpose}`,
    `Received on ${takenOn}`,
    '',
    ...sent.lines.map((line) => `${line.description}: ${line.amount} ${campaign.chapter.currency}`),
    '',
    'Received complete and undamaged. Signed for the aid group.',
  ])
  const organizer = must(world.people, campaign.plan.organizer)
  const photograph = { name: 'boxes.jpg', bytes: await drawBoxes(sent.number) }
  const [firstLine] = await db().disbursementLine.findMany({
    where: { disbursementId: sent.id },
    orderBy: { position: 'asc' },
    take: 1,
  })
  await addEvidence(organizer, {
    disbursementId: sent.id,
    caption: 'The boxes on arrival (a drawing, for the demonstration)',
    takenOn,
    lineId: firstLine?.id ?? null,
    file: photograph,
  })
  const evidence = {
    caption: 'Signed delivery note',
    takenOn,
    lineId: null,
    file: { name: 'delivery-note.pdf', bytes: note },
  }
  await confirmReceipt(must(world.people, 'yusuf'), { ...(await sent.seen()), evidence })
}
