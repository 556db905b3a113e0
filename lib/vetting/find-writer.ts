import type { DbClient } from '#lib/db/client.ts'

/**
 * Who stands behind a row's `entered_by`, as far as this person is asked about: their id where they wrote it themselves,
 * or through a link that they made and nobody mailed, that was mailed to their own address, or that they had open while
 * signed in (people_behind in the database). Otherwise the actor id as it is.
 */
export async function findWriter(client: DbClient, enteredBy: string, userId: string): Promise<string> {
  const [row] = await client.$queryRaw<{ isTheirs: boolean }[]>`
    SELECT wrote_as(${enteredBy}, person_of_actor(${userId})) AS "isTheirs"`
  return row?.isTheirs ? userId : enteredBy
}

/** Whether mail to this address, however it is spelled, reaches somebody with a role in a chapter. */
export async function isStaffMailbox(client: DbClient, email: string): Promise<boolean> {
  const [row] = await client.$queryRaw<{ isStaff: boolean }[]>`SELECT is_staff_mailbox(${email}) AS "isStaff"`
  return row?.isStaff ?? false
}

/** The first of these addresses that a link may be mailed to; null where there is none. */
export async function findRecipient(
  client: DbClient,
  addresses: readonly (string | null | undefined)[],
): Promise<string | null> {
  for (const address of addresses) {
    if (address && !(await isStaffMailbox(client, address))) return address
  }
  return null
}
