import type { DbClient } from '#lib/db/client.ts'

/** The chapter that bears what Stripe does to the account all chapters share, in one currency, by its general fund. */
export type FeeBearer = { currency: string; chapterId: string; fundId: bigint }

/** The one of each currency: the chapter that was named for it; where there is only one, nobody has to say so. */
export async function listFeeBearers(client: DbClient): Promise<FeeBearer[]> {
  return client.$queryRaw<FeeBearer[]>`
    SELECT currency, id AS "chapterId", general_fund_id AS "fundId" FROM (
      SELECT currency, id, general_fund_id, bears_stripe_fees AS is_named, count(*) OVER (PARTITION BY currency) AS of_many
      FROM chapter WHERE general_fund_id IS NOT NULL) c
    WHERE is_named OR of_many = 1 ORDER BY currency, is_named DESC`
}

export async function findFeeBearer(client: DbClient, currency: string): Promise<FeeBearer | null> {
  return (await listFeeBearers(client)).find((bearer) => bearer.currency === currency) ?? null
}
