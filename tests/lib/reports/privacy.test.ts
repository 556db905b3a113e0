import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { DonorList } from '#components/campaigns-public/donor-list.tsx'
import { db } from '#lib/db/client.ts'
import { publicGifts } from '#lib/donations/queries.ts'
import { periodStatement } from '#lib/reports/build-statement.ts'
import { publicFunds, selectFunds } from '#lib/reports/find-funds.ts'
import { listEntries } from '#lib/reports/list-entries.ts'
import { campaignFigures } from '#lib/reports/queries.ts'
import { renderStatement } from '#lib/reports/render-statement.ts'
import { makeWorld } from '#tests/lib/disbursements/fixture.ts'
import { useDatabase } from '#tests/support/database.ts'
import { disburse, give } from './world.ts'

useDatabase()

describe('what the public pages tell of donors', () => {
  test('a name is shown only where asked, an amount only where allowed, and everybody is counted', async () => {
    const world = await makeWorld({ bankMinor: 0n })
    await give(world, { giftMinor: 1_111n, name: 'Ana Open', showName: true })
    await give(world, { giftMinor: 2_222n, name: 'Boris Hidden' })
    await give(world, { giftMinor: 3_333n, name: 'Carla Quiet', showName: true, showAmount: false })
    await give(world, { giftMinor: 4_444n, name: 'Dora Nobody', showAmount: false })
    const gifts = await publicGifts(world.campaign.id, { limit: 50 })
    const figures = await campaignFigures(world.campaign.id)
    const html = renderToStaticMarkup(createElement(DonorList, { gifts, donorCount: figures!.donorCount }))
    expect(figures).toMatchObject({ donorCount: 4, raisedMinor: 11_110n })
    expect(html).toContain('Ana Open')
    expect(html).toContain('$11.11')
    expect(html).toContain('$22.22')
    expect(html).toContain('Carla Quiet')
    for (const secret of ['Boris', 'Dora', '$33.33', '$44.44']) expect(html).not.toContain(secret)
  })

  test('a gift whose amount is hidden has no day and no place in the order of days, so the ledger cannot tell it', async () => {
    const world = await makeWorld({ bankMinor: 0n })
    await give(world, {
      giftMinor: 3_333n,
      name: 'Zora',
      showName: true,
      showAmount: false,
      at: new Date('2026-01-05'),
    })
    await give(world, {
      giftMinor: 4_444n,
      name: 'Carla',
      showName: true,
      showAmount: false,
      at: new Date('2026-01-04'),
    })
    const gifts = await publicGifts(world.campaign.id, { limit: 50 })
    const html = renderToStaticMarkup(createElement(DonorList, { gifts, donorCount: 2 }))
    expect(html).not.toMatch(/Jan|2026/)
    expect(html.indexOf('Carla')).toBeLessThan(html.indexOf('Zora'))
  })

  test('the public ledger and the report hold no name, no address, no source and no memo', async () => {
    const world = await makeWorld({ bankMinor: 50_000n })
    await give(world, { giftMinor: 1_111n, name: 'Ana Open', showName: true })
    await disburse(world, '100.00', 'confirmed')
    const rows = (await listEntries({ fundIds: [world.campaign.fundId] }, { forDesk: false })).rows
    expect(rows.every(({ desk }) => desk === null)).toBe(true)
    const statement = await periodStatement({
      scope: { kind: 'federation' },
      from: '2000-01-01',
      to: '2100-01-01',
    })
    const everything = JSON.stringify([rows, renderStatement(statement)], (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    for (const secret of ['Ana Open', 'example.org', 'system:seed', world.organizer.name, world.approver.name]) {
      expect(everything).not.toContain(secret)
    }
  })

  test('a group at risk has its other name in the report', async () => {
    const world = await makeWorld({ bankMinor: 50_000n })
    await disburse(world, '100.00', 'released')
    // A new name is looked for on the lists before more is paid, so it comes after the payment here.
    await db().aidGroup.update({ where: { id: world.group.id }, data: { publicAlias: 'A kitchen in the east' } })
    const scope = { kind: 'campaign' as const, campaignId: world.campaign.id }
    const { recipients } = await periodStatement({ scope, from: '2000-01-01', to: '2100-01-01' })
    expect(recipients.map(({ name }) => name)).toEqual(['A kitchen in the east'])
  })

  test('campaigns that are not public are not in the public ledger', async () => {
    const world = await makeWorld()
    const funds = await publicFunds()
    expect(selectFunds(funds, { chapter: world.chapter.slug })).toHaveLength(1)
    expect(() => selectFunds(funds, { campaign: 'no-such-campaign' })).toThrow('There is no such campaign')
  })
})
