import type { UserActor } from '#lib/auth/types.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { newId } from '#lib/ids.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import { DEMO_CHAPTERS, DEMO_PEOPLE } from './people.ts'
import { type DemoChapter, must } from './world.ts'

/** Three chapters with their general funds, and the people who hold the desks. */
export async function plantPeople(): Promise<{ chapters: Map<string, DemoChapter>; people: Map<string, UserActor> }> {
  const chapters = new Map<string, DemoChapter>()
  for (const { receipts, ...facts } of DEMO_CHAPTERS) {
    const id = newId()
    const generalFundId = await inTransaction(async (tx) => {
      const fund = {
        chapterId: id,
        campaignId: null,
        restriction: 'without' as const,
        currency: facts.currency,
        name: `${facts.name}, general fund`,
      }
      const fundId = await openFund(tx, fund)
      await tx.chapter.create({ data: { ...facts, id, generalFundId: fundId } })
      const { legalName, country, deductibility } = facts
      await tx.receiptSettings.create({
        data: { ...receipts, chapterId: id, version: 2, legalName, country, deductibility },
      })
      return fundId
    })
    chapters.set(facts.slug, { id, slug: facts.slug, currency: facts.currency, generalFundId })
  }
  const people = new Map<string, UserActor>()
  for (const person of DEMO_PEOPLE) {
    const userId = newId()
    const roles = person.roles.flatMap(({ role, chapters: held }) =>
      held.map((slug) => ({ role, chapterId: must(chapters, slug).id })),
    )
    await inTransaction(async (tx) => {
      await tx.user.create({
        data: { id: userId, email: person.email, name: person.name, isAdmin: person.isAdmin ?? false },
      })
      await tx.chapterRole.createMany({ data: roles.map((held) => ({ ...held, userId })) })
    })
    people.set(person.key, { kind: 'user', userId, name: person.name, isAdmin: person.isAdmin ?? false, roles })
  }
  return { chapters, people }
}
