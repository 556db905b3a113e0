import { DEMO_CAMPAIGNS, type DemoCampaign } from './campaigns.ts'
import { pick, repeatableRandom } from './random.ts'

export type DemoGift = {
  campaign: DemoCampaign
  at: Date
  email: string
  name: string | null
  showName: boolean
  showAmount: boolean
  giftMinor: bigint
  coversFee: boolean
  tipMinor: bigint
}

const GIVEN = [
  'Alma',
  'Bea',
  'Caleb',
  'Dmytro',
  'Edie',
  'Farah',
  'Gus',
  'Hana',
  'Ivan',
  'June',
  'Kofi',
  'Lena',
  'Miro',
  'Nadia',
  'Omar',
  'Petra',
  'Quinn',
  'Rosa',
  'Sven',
  'Tara',
  'Uma',
  'Viktor',
  'Wren',
  'Xenia',
  'Yara',
  'Zoe',
]
const FAMILY = [
  'Abbott',
  'Berg',
  'Castillo',
  'Dang',
  'Eriksen',
  'Fofanah',
  'Green',
  'Hughes',
  'Ito',
  'Johansson',
  'Kowalska',
  'Larsen',
  'Mbeki',
  'Nguyen',
  'Olsen',
  'Patel',
  'Quiroga',
  'Rossi',
  'Shevchenko',
  'Tran',
  'Underwood',
  'Vasquez',
  'Walker',
  'Xu',
  'Young',
  'Zimmerman',
]
// What people give when three amounts are offered and a field for their own.
const AMOUNTS_MINOR = [
  500n,
  1000n,
  1000n,
  1500n,
  2000n,
  2500n,
  2500n,
  2500n,
  3000n,
  5000n,
  5000n,
  7500n,
  10000n,
  10000n,
  15000n,
  25000n,
  50000n,
]

const DAY_MS = 86_400_000

/** The 2,000 gifts of the demo, oldest first. About a quarter hide their name, a tenth their amount; two thirds cover the fee. */
export function demoGifts(now: Date): DemoGift[] {
  const random = repeatableRandom(20_261_123)
  const gifts = DEMO_CAMPAIGNS.flatMap((campaign) =>
    Array.from({ length: campaign.donations }, () => {
      const [from, to] = campaign.window
      const daysAgo = to + (from - to) * random()
      const name = `${pick(random, GIVEN)} ${pick(random, FAMILY)}`
      const odd = random() < 0.08 ? BigInt(Math.floor(random() * 99)) : 0n
      return {
        campaign,
        at: new Date(now.getTime() - daysAgo * DAY_MS),
        email: `${name.toLowerCase().replace(' ', '.')}@donors.example`,
        name: random() < 0.9 ? name : null,
        showName: random() < 0.72,
        showAmount: random() < 0.9,
        giftMinor: pick(random, AMOUNTS_MINOR) + odd,
        coversFee: random() < 0.65,
        tipMinor: random() < 0.06 ? 200n : 0n,
      }
    }),
  )
  return gifts.sort((a, b) => a.at.getTime() - b.at.getTime())
}
