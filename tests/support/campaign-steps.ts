import type { Browser, Page } from 'playwright-core'
import { eventually } from './sandbox-money.ts'

/** An organizer writes a campaign with one budget line and one aid group, and sends it for review. */
export async function openCampaign(
  page: Page,
  { title, aidGroup }: { title: string; aidGroup: string },
): Promise<void> {
  await page.goto('/organizer/campaigns/new')
  const field = (name: string) => page.getByRole('textbox', { name, exact: true })
  await field('Title').fill(title)
  await field('Summary').fill('Folding splints for the teams that carry people out.')
  await field('Story').fill('Teams carry people out of cellars every night.\n\nThey need **splints** that fold.')
  await field('Goal').fill('5,000.00')
  await page.getByLabel('Line 1: Kind of aid').selectOption('health')
  await field('Line 1: What it pays for').fill('Folding splints')
  await field('Line 1: Amount').fill('5000')
  await page.getByRole('checkbox', { name: new RegExp(aidGroup) }).check()
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.waitForURL(/\/organizer\/campaigns\/[0-9a-f-]{36}$/)
  await page.getByRole('button', { name: 'Send for review' }).click()
  await page.getByText('In review').first().waitFor()
}

/** Somebody else reads it and lets it go live; answers the campaign's public path. */
export async function letLive(page: Page, title: string): Promise<string> {
  await page.goto('/organizer/review')
  await page.getByRole('link', { name: title }).click()
  await page.getByRole('region', { name: title }).getByRole('button', { name: 'Let it go live' }).click()
  const path = `/campaigns/${title.toLowerCase().replaceAll(' ', '-')}`
  const isLive = async () => ((await page.context().request.get(path)).ok() ? true : undefined)
  await eventually(isLive, 'the campaign to be live')
  return path
}

export type CardGift = {
  amount: string
  email: string
  name?: string
  coverFee?: boolean
  tip?: string
  javaScript?: boolean
  threeDSecure?: boolean
}

type Shop = { url: string; sandboxUrl: string; campaignPath: string }

/** Gives as a guest on a phone, without JavaScript unless it is asked for; answers the address of the receipt. */
export async function giveByCard(browser: Browser, shop: Shop, gift: CardGift): Promise<string> {
  const viewport = { width: 390, height: 844 }
  const context = await browser.newContext({
    ...{ baseURL: shop.url, javaScriptEnabled: gift.javaScript ?? false, viewport },
  })
  const page = await context.newPage()
  await page.goto(shop.campaignPath)
  await page.getByRole('link', { name: 'Give', exact: true }).first().click()
  await page.getByLabel('Or your own amount').fill(gift.amount)
  if (gift.coverFee) await page.getByLabel(/I also pay the card fee/).check()
  if (gift.tip) await page.getByLabel(`${gift.tip} % of my gift`, { exact: true }).check()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByLabel('Your e-mail address').fill(gift.email)
  if (gift.name) {
    await page.getByLabel('Your name').fill(gift.name)
    await page.getByLabel('Show my name').check()
    await page.getByLabel('Show the amount of my gift').check()
  }
  await page.getByRole('button', { name: /Go to payment/ }).click()
  await page.waitForURL((address) => address.origin === shop.sandboxUrl)
  await page.getByLabel('Name').fill(gift.name ?? 'A Guest')
  if (gift.threeDSecure)
    await page
      .getByRole('radio', { name: /3-D Secure/ })
      .first()
      .check()
  await page.getByRole('button', { name: /^Donate/ }).click()
  if (gift.threeDSecure) await page.getByRole('button', { name: /complete/i }).click()
  await page.waitForURL(/\/receipts\//)
  const receipt = page.url()
  await context.close()
  return receipt
}

type Request = { campaign: string; aidGroup: string; amount: string }

/** Asks for money to be sent once the bank has it; answers the path of the disbursement. */
export async function requestMoney(page: Page, { campaign, aidGroup, amount }: Request): Promise<string> {
  await page.goto('/treasurer/disbursements/new')
  await page.getByLabel('Campaign').selectOption({ label: campaign })
  await page.getByRole('button', { name: 'Go on' }).click()
  const hasMoney = async () => {
    await page.reload()
    const warned = await page.getByText('Nothing can be promised from this fund now').count()
    return warned === 0 ? true : undefined
  }
  await page.getByRole('heading', { name: 'New disbursement' }).waitFor()
  await eventually(hasMoney, 'the payout to reach the bank')
  await page.getByLabel('Aid group').selectOption({ label: aidGroup })
  await page.getByLabel('What the money is for').fill('Splints for four teams')
  const line = page.getByRole('group', { name: /Line 1/ })
  await line.getByLabel('What', { exact: true }).fill('Forty folding splints')
  await line.getByLabel('Kind of aid').selectOption('health')
  await line.getByLabel('Amount').fill(amount)
  await page.getByRole('button', { name: 'Ask for approval' }).click()
  await page.waitForURL((address) => address.searchParams.get('done') === 'request')
  return new URL(page.url()).pathname
}

/** The second person agrees. */
export async function approveRequest(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('button', { name: /^Approve/ }).click()
  await page.waitForURL((address) => address.searchParams.get('done') === 'approve')
}

/** The third person makes the wire and writes its reference down. */
export async function recordWire(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('button', { name: 'I am making this wire now' }).click()
  await page.waitForURL((address) => address.searchParams.get('done') === 'start')
  await page.getByLabel('Wire reference').fill(`E2E-${Date.now()}`)
  await page.getByLabel('The bank’s fee for the wire').fill('12.40')
  await page.getByRole('button', { name: 'Record the wire' }).click()
  await page.getByRole('form', { name: 'Confirm receipt' }).waitFor()
}
