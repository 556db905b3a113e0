import type pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import type { SystemActor } from '#lib/auth/types.ts'
import { AppError } from '#lib/errors.ts'
import { useDatabase } from '#tests/support/database.ts'
import { MORE_STEPS } from './segregation-more.ts'
import { type Cast, DEEDS, makeCast, type Person, stageSubject } from './segregation-stage.ts'
import { STEPS as APPROVAL_STEPS, type Step } from './segregation-steps.ts'

// Every person x role x step. Who may is written down once, as roles and as deeds that stand against it; each cell that
// does not follow from that is refused by lib, and by the database when somebody goes past lib in that person's name.
const database = useDatabase()
const STEPS = [...APPROVAL_STEPS, ...MORE_STEPS]
let app: pg.Client
let cast: Cast
beforeAll(async () => {
  app = await database.asApp()
  cast = await makeCast()
})

const may = (step: Step, { name, roles, deed }: Person) =>
  (step.also?.includes(name) || roles.some((role) => step.roles.includes(role))) &&
  !(deed && step.not.includes(deed)) &&
  (step.only === undefined || step.only === deed)

/** What the database says to the statements, which are undone in any case; null when it takes them. */
async function askDatabase(
  statements: Awaited<ReturnType<NonNullable<Step['sql']>>>,
): Promise<pg.DatabaseError | null> {
  await app.query('BEGIN')
  try {
    for (const [sql, values] of statements) await app.query(sql, values)
    await app.query('SET CONSTRAINTS ALL IMMEDIATE')
    return null
  } catch (error) {
    return error as pg.DatabaseError
  } finally {
    await app.query('ROLLBACK')
  }
}

const REFUSED = ['forbidden', 'segregation_of_duties', 'not_found']
/** Our own codes, or a CHECK of a table. */
const isRule = (code: string | undefined) => code !== undefined && (/^CP[13]\d\d$/.test(code) || code === '23514')

describe.each(STEPS)('$name', (step) => {
  test('is refused, by lib and by the database, to everybody who may not', async () => {
    const subject = await stageSubject(cast, step.stage)
    const barred = cast.people.filter((person) => !may(step, person))
    const gotThrough: string[] = []
    for (const { name, actor } of barred) {
      const byLib = await step.lib(actor, subject).then(
        () => 'done',
        (error: unknown) => error,
      )
      if (!(byLib instanceof AppError && REFUSED.includes(byLib.code))) gotThrough.push(`lib, ${name}: ${byLib}`)
      if (!step.sql) continue
      const byDatabase = await askDatabase(await step.sql(actor.userId, subject))
      if (!isRule(byDatabase?.code)) gotThrough.push(`database, ${name}: ${byDatabase}`)
    }
    expect(gotThrough).toEqual([])
    expect(barred.length).toBeGreaterThan(0)
  })

  test('is open, in the database and in lib, to everybody who may', async () => {
    const stopped: string[] = []
    const allowed = cast.people.filter((person) => may(step, person))
    const shared = await stageSubject(cast, step.stage)
    for (const { name, actor } of allowed) {
      const byDatabase = step.sql ? await askDatabase(await step.sql(actor.userId, shared)) : null
      if (byDatabase) stopped.push(`database, ${name}: ${byDatabase.message}`)
      const own = await stageSubject(cast, step.stage)
      await step.lib(actor, own).catch((error: unknown) => stopped.push(`lib, ${name}: ${error}`))
    }
    expect(stopped).toEqual([])
    expect(allowed.length).toBeGreaterThan(0)
  })
})

test('every deed stands against some step, and every step has been asked of every person', () => {
  expect(STEPS).toHaveLength(33)
  expect(cast.people).toHaveLength(6 + DEEDS.length)
  const counted = new Set(STEPS.flatMap(({ not }) => not))
  expect([...counted].sort()).toEqual([...DEEDS].sort())
})

test('a program, a guest and an applicant take none of these steps, and no program approves past lib', async () => {
  const seed: SystemActor = { kind: 'system', name: 'seed' }
  for (const step of STEPS) {
    const subject = await stageSubject(cast, step.stage)
    const lib = step.lib as unknown as (actor: unknown, on: typeof subject) => Promise<unknown>
    const applicant = { kind: 'applicant', aidGroupId: subject.aidGroupId, applicationId: subject.aidGroupId }
    for (const actor of [seed, { kind: 'guest' }, applicant]) {
      await expect(lib(actor, subject), step.name).rejects.toBeInstanceOf(AppError)
    }
  }
  const { aidGroupId } = await stageSubject(cast, 'pending')
  const asProgram = app.query(
    `INSERT INTO aid_group_status_change (aid_group_id, from_status, to_status, actor_id)
     VALUES ($1, 'pending_second_approval', 'approved', 'system:worker')`,
    [aidGroupId],
  )
  await expect(asProgram).rejects.toThrow('a program only stops')
})

test('a role that was taken away, or a person who was disabled, takes no step', async () => {
  const owner = await database.asOwner()
  const [former, disabled] = [await makeCast(), await makeCast()].map(({ people }) => people)
  const subjects = new Map<string, Awaited<ReturnType<typeof stageSubject>>>()
  for (const step of STEPS) subjects.set(step.name, await stageSubject(cast, step.stage))
  for (const [index, person] of [former?.at(-1), disabled?.at(-1)].entries()) {
    const userId = person?.actor.userId
    await owner.query(`UPDATE chapter_role SET chapter_id = $2 WHERE user_id = $1`, [userId, cast.chapterId])
    await owner.query(
      index === 0
        ? `UPDATE chapter_role SET revoked_at = now() WHERE user_id = $1`
        : `UPDATE "user" SET disabled_at = now() WHERE id = $1`,
      [userId],
    )
    for (const step of STEPS) {
      if (!step.sql) continue
      const subject = subjects.get(step.name)
      if (!subject || !userId) throw new Error('Everybody has a subject.')
      const refusal = await askDatabase(await step.sql(userId, subject))
      expect([step.name, isRule(refusal?.code)]).toEqual([step.name, true])
    }
  }
})
