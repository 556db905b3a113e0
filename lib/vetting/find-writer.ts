import type { DbClient } from '#lib/db/client.ts'

/**
 * Who stands behind a row's `entered_by`, as far as this person is asked about: their id where they wrote it themselves,
 * or through a link that they made and nobody mailed, or had open while signed in (wrote_as in the database). Otherwise
 * the actor id as it is.
 */
export async function findWriter(client: DbClient, enteredBy: string, userId: string): Promise<string> {
  const [row] = await client.$queryRaw<{ isTheirs: boolean }[]>`
    SELECT wrote_as(${enteredBy}, ${userId}::uuid) AS "isTheirs"`
  return row?.isTheirs ? userId : enteredBy
}
