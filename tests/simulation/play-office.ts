import type { UserActor } from '#lib/auth/types.ts'
import { closeCampaign } from '#lib/campaigns/close-campaign.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { cancelDisbursement } from '#lib/disbursements/cancel-disbursement.ts'
import { confirmReceipt } from '#lib/disbursements/confirm-receipt.ts'
import { rejectDisbursement } from '#lib/disbursements/reject-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { requestDisbursement } from '#lib/disbursements/request-disbursement.ts'
import { returnWire as returnWireOf } from '#lib/disbursements/return-wire.ts'
import type { Campaign } from './cast.ts'
import type { Random } from './random.ts'
import type { Play, Run } from './scene.ts'
import { someCampaign, type World } from './world.ts'

type Disbursement = { id: string; number: number; status: string; version: number; amount: string; campaignId: string }

/** An organizer asks for one payment, or for several at once. */
export const request: Play = async (world, dice) => {
  const campaign = someCampaign(world, dice)
  const { organizer } = campaign.chapter
  const headroom = Number(await headroomOf(world, campaign))
  const amounts = Array.from({ length: dice.pick([1, 1, 2, 3]) }, () => {
    // Mostly what could be sent, now and then more than there is.
    const minor = Math.floor(headroom * dice.pick([0.1, 0.2, 0.3, 0.5, 1, 1.3])) || dice.int(500, 3_000)
    return (Math.max(100, minor) / 100).toFixed(2)
  })
  const input = (amount: string) => ({
    ...{ campaignId: campaign.id, aidGroupId: dice.pick(campaign.aidGroupIds), purpose: 'Food' },
    lines: [{ category: 'food', description: 'Flour', amount }],
  })
  return {
    words: `${organizer.name} asks to send ${amounts.join(' and ')} ${campaign.currency} from ${campaign.title}.`,
    runs: amounts.map((amount) => ({ name: 'the request', work: () => requestDisbursement(organizer, input(amount)) })),
  }
}

export const approve: Play = (world, dice) =>
  decide(world, dice, ['requested'], 'approves', (campaign) => campaign.chapter.approver, approveDisbursement)

export const release: Play = async (world, dice) => {
  // The bank gives one reference for one wire: a second try of the same release says the same.
  const wire = (one: Disbursement) => ({
    wireReference: `WIRE-${one.number}`,
    transferFee: one.number % 3 ? '' : '0.50',
  })
  return decide(world, dice, ['approved'], 'sends', ({ chapter }) => chapter.releaser, releaseDisbursement, wire)
}

export const confirm: Play = (world, dice) => {
  const evidence = () => ({
    evidence: { file: { name: 'note.pdf', bytes: PDF }, caption: 'Note', takenOn: '2026-01-02', lineId: null },
  })
  return decide(world, dice, ['released'], 'confirms', ({ chapter }) => chapter.organizer, confirmReceipt, evidence)
}

export const returnWire: Play = (world, dice) =>
  decide(
    world,
    dice,
    ['released'],
    'notes the return of',
    ({ chapter }) => chapter.approver,
    returnWireOf,
    () => WHY,
  )

export const callOff: Play = (world, dice) =>
  dice.chance(0.5)
    ? decide(
        world,
        dice,
        ['requested'],
        'rejects',
        ({ chapter }) => chapter.approver,
        rejectDisbursement,
        () => WHY,
      )
    : decide(
        world,
        dice,
        ['requested', 'approved'],
        'cancels',
        ({ chapter }) => chapter.organizer,
        cancelDisbursement,
        () => WHY,
      )

export const endCampaign: Play = async (world, dice) => {
  const campaign = someCampaign(world, dice)
  const { organizer } = campaign.chapter
  return {
    words: `${organizer.name} closes the campaign ${campaign.title}.`,
    runs: [
      {
        name: 'the closing',
        work: () => closeCampaign(organizer, { campaignId: campaign.id, reason: 'The winter is over' }),
      },
    ],
  }
}

const WHY = { reason: 'As agreed on the telephone' }
type Write = (actor: UserActor, input: unknown) => Promise<unknown>

/** Somebody decides about disbursements in one of the states: one, or several at once; some buttons are pressed twice. */
async function decide(
  world: World,
  dice: Random,
  states: string[],
  verb: string,
  who: (campaign: Campaign) => UserActor,
  write: Write,
  more: (one: Disbursement) => object = () => ({}),
) {
  const chosen = dice.shuffle(await disbursements(world, states)).slice(0, dice.pick([1, 2, 3, 4]))
  const words: string[] = []
  const runs: Run[] = []
  for (const one of chosen) {
    const campaign = world.cast.campaigns.find(({ id }) => id === one.campaignId)
    if (!campaign) continue
    const input = { disbursementId: one.id, version: one.version, ...more(one) }
    const actor = who(campaign)
    const run: Run = { name: `the button of ${actor.name}`, work: () => write(actor, input) }
    const isTwice = dice.chance(0.2)
    words.push(
      `${actor.name} ${verb} disbursement ${one.number} over ${one.amount} ${campaign.currency} from ${campaign.title}${isTwice ? ', and presses twice' : ''}`,
    )
    runs.push(...(isTwice ? [run, run] : [run]))
  }
  return runs.length === 0 ? null : { words: `${words.join(' while ')}.`, runs }
}

async function disbursements(world: World, states: string[]): Promise<Disbursement[]> {
  const { rows } = await world.admin.query<Disbursement>(
    `SELECT id, number, status::text, version, (amount_minor / 100.0)::numeric(12, 2)::text AS amount, campaign_id AS "campaignId"
     FROM disbursement WHERE status::text = ANY ($1) ORDER BY number`,
    [states],
  )
  return rows
}

async function headroomOf(world: World, campaign: Campaign): Promise<bigint> {
  const { rows } = await world.admin.query<{ minor: string }>(
    `SELECT headroom_minor AS minor FROM ledger.guard WHERE fund_id = $1`,
    [String(campaign.fundId)],
  )
  return BigInt(rows[0]?.minor ?? 0)
}

/** A small real PDF. */
const PDF = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n' +
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
)
