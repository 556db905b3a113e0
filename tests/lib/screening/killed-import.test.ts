import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { importList } from '#lib/screening/import-list.ts'
import { findUpload } from '#lib/screening/queries.ts'
import { uploadList } from '#lib/screening/upload-list.ts'
import { makeChapter, makePerson } from '#tests/lib/vetting/people.ts'
import { useDatabase } from '#tests/support/database.ts'
import { inventedList } from './lists.ts'

const database = useDatabase()
const source = 'demonstration'
const PARTIES = 6_000
let worker: ChildProcess | undefined

/** The worker as a process of its own. */
function startWorker(): ChildProcess {
  worker = spawn(process.execPath, ['--import', 'tsx', 'tests/support/list-worker.ts'], {
    env: { ...process.env, DATABASE_URL: database.appUrl },
    stdio: 'ignore',
  })
  return worker
}

async function killWorker(): Promise<void> {
  if (!worker || worker.exitCode !== null || worker.signalCode !== null) return
  const gone = once(worker, 'exit')
  worker.kill('SIGKILL')
  await gone
}
afterEach(killWorker)

test('an import that is killed at any step leaves the old list in force, and is finished once by the next worker', {
  timeout: 120_000,
}, async () => {
  const { id } = await makeChapter()
  const reviewer = await makePerson(id, 'vetting_reviewer')
  const first = inventedList([{ id: 'a', name: 'Jaroslav Kvitkin' }], { count: PARTIES - 100 })
  const { snapshotId: old } = await importList(
    { kind: 'system', name: 'worker' },
    { source, files: first, way: 'seed' },
  )
  const fresh = inventedList([{ id: 'b', name: 'Mirela Dostanova' }], { count: PARTIES - 1, seen: '2026-11-02' })
  const uploadId = await uploadList(reviewer, { source, files: fresh })
  const owner = await database.asOwner()

  // Before its parties, after them, and before the very last row.
  for (const table of ['listed_party', 'list_import', 'audit_event']) {
    await owner.query('BEGIN')
    await owner.query(`LOCK TABLE ${table} IN SHARE MODE`)
    startWorker()
    const waits = async () =>
      (
        await owner.query('SELECT count(*)::int AS count FROM pg_locks WHERE NOT granted AND relation = $1::regclass', [
          table,
        ])
      ).rows[0].count
    await expect.poll(waits, { timeout: 30_000, interval: 50 }).toBe(1)
    await killWorker()
    await owner.query('COMMIT')
    const inForce = await db().listSnapshot.findMany({ select: { id: true, status: true } })
    expect(inForce).toEqual([{ id: old, status: 'current' }])
    expect(await db().listedParty.count({ where: { snapshotId: { not: old } } })).toBe(0)
    expect(await findUpload(reviewer, uploadId)).toMatchObject({ outcome: null })
  }

  startWorker()
  const outcomeOf = async () => (await findUpload(reviewer, uploadId)).outcome
  await expect.poll(outcomeOf, { timeout: 30_000, interval: 50 }).toBe('current')
  const { snapshotId } = await findUpload(reviewer, uploadId)
  const snapshots = await db().listSnapshot.findMany({ orderBy: { id: 'asc' }, select: { id: true, status: true } })
  expect(snapshots).toEqual([
    { id: old, status: 'superseded' },
    { id: snapshotId, status: 'current' },
  ])
  expect(await db().listedParty.count({ where: { snapshotId: snapshotId ?? '' } })).toBe(PARTIES)
  expect(await db().listImport.count({ where: { way: 'upload' } })).toBe(1)
  expect(await db().screeningRun.count({ where: { snapshotId } })).toBe(1)
  expect(await db().auditEvent.count({ where: { action: 'list.import', subjectId: snapshotId ?? '' } })).toBe(1)
  const jobs = () => db().$queryRaw`SELECT id FROM graphile_worker.jobs WHERE task_identifier = 'import-list'`
  await expect.poll(jobs, { timeout: 10_000 }).toEqual([])
})
