import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { addPerson, removePerson } from '#lib/vetting/add-person.ts'
import { compareSections, readDossierChange } from '#lib/vetting/compare-sections.ts'
import { confirmFindings, listUnchangedFindings } from '#lib/vetting/confirm-findings.ts'
import { expireGroup } from '#lib/vetting/end-approval.ts'
import { listGates } from '#lib/vetting/list-gates.ts'
import { readDossier } from '#lib/vetting/read-dossier.ts'
import { replaceBankAccount } from '#lib/vetting/replace-bank-account.ts'
import { renewReview } from '#lib/vetting/review-group.ts'
import { saveSection } from '#lib/vetting/save-section.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantAidGroup } from '#tests/support/plant.ts'
import { makeChapter, makePerson } from './people.ts'

describe('two states of a section', () => {
  test('equal data has no changes, in whatever order its fields came', () => {
    expect(compareSections({ a: '1', b: ['x', 'y'] }, { b: ['x', 'y'], a: '1' })).toEqual([])
  })

  test('a field is named with what it was and what it is; empty means nothing', () => {
    const before = { number: '12', register: 'EDR', registeredOn: '', complete: false }
    const after = { number: '21', register: '', registeredOn: '2020-01-01', complete: true }
    expect(compareSections(before, after)).toEqual([
      { path: 'number', before: '12', after: '21' },
      { path: 'registeredOn', before: null, after: '2020-01-01' },
      { path: 'register', before: 'EDR', after: null },
    ])
  })

  test('entries of a list are compared one by one, yes and no are words', () => {
    const before = { none: true, declarations: [] }
    const after = { none: false, declarations: [{ person: 'Olha', interest: 'Owns the warehouse' }] }
    expect(compareSections(before, after)).toEqual([
      { path: 'none', before: 'Yes', after: 'No' },
      { path: 'declarations.0.person', before: null, after: 'Olha' },
      { path: 'declarations.0.interest', before: null, after: 'Owns the warehouse' },
    ])
  })

  test('a section that was not there is new in all its fields', () => {
    expect(compareSections(undefined, { contact: 'Iryna' })).toEqual([
      { path: 'contact', before: null, after: 'Iryna' },
    ])
  })
})

describe('a dossier after its approval', () => {
  useDatabase()
  let chapterId = ''
  let organizer: UserActor
  let reviewer: UserActor
  let aidGroupId = ''
  const DAY_MS = 86_400_000

  beforeAll(async () => {
    chapterId = (await makeChapter()).id
    organizer = await makePerson(chapterId, 'organizer')
    reviewer = await makePerson(chapterId, 'vetting_reviewer')
  })
  beforeEach(async () => {
    // Its end is about a day ago: the database takes nothing that is far ahead of its own clock.
    const approvedUntil = new Date(Date.now() - DAY_MS + 20_000)
    aidGroupId = (await plantAidGroup({ chapterId, approvedUntil })).id
  })

  const change = async () => {
    const found = await readDossierChange(db(), aidGroupId)
    if (!found) throw new Error('It was approved.')
    return found
  }

  test('nothing has changed at first', async () => {
    const { sections, people, references, documents, bankAccount } = await change()
    expect(sections.map(({ state }) => state)).toEqual(sections.map(() => 'unchanged'))
    expect([people, references, documents, bankAccount]).toEqual([
      { added: [], removed: [] },
      { added: [], removed: [] },
      { added: [], removed: [] },
      null,
    ])
  })

  test('a changed section shows its fields, people show who came and went, the account its last digits', async () => {
    const before = await readDossier(db(), aidGroupId)
    const registration = before.sections.registration?.data
    await saveSection(organizer, { aidGroupId, section: 'registration', data: { ...registration, number: '99999999' } })
    const gone = before.people[0]
    await removePerson(organizer, { aidGroupId, personId: gone?.id })
    await addPerson(organizer, {
      ...{ aidGroupId, roles: ['owner'], nameOriginal: 'Ганна Коваль', nameLatin: 'Hanna Koval', aliases: [] },
      ...{ birthDate: '1980-02-03', nationality: 'UA', country: 'UA' },
    })
    await replaceBankAccount(organizer, {
      ...{ aidGroupId, holderName: 'Field kitchen', bankName: 'Bank', bankCountry: 'DE', currency: 'EUR' },
      ...{ iban: 'DE89370400440532013000', accountNumber: '', bic: '', routing: '' },
    })
    const { sections, people, bankAccount } = await change()
    const changed = sections.filter(({ state }) => state !== 'unchanged')
    expect(changed.map(({ section, state }) => [section, state])).toEqual([['registration', 'changed']])
    expect(changed[0]?.fields).toEqual([{ path: 'number', before: registration?.number, after: '99999999' }])
    expect(people.added).toEqual(['Ганна Коваль (Hanna Koval), owner'])
    expect(people.removed).toEqual([`${gone?.nameOriginal} (${gone?.nameLatin}), ${gone?.roles.join(', ')}`])
    expect(bankAccount).toEqual({ before: before.bankAccount?.lastDigits, after: '3000' })
  })

  test('findings about what is unchanged are confirmed in one go, each with a row of its own', async () => {
    const restore = await startRenewal()
    const unchanged = await listUnchangedFindings(db(), aidGroupId)
    const gates = unchanged.map(({ gate }) => gate)
    expect(gates.length).toBeGreaterThan(3)
    const earlier = await db().gateFinding.count({ where: { aidGroupId } })
    const count = await confirmFindings(reviewer, { aidGroupId, gates, reason: 'Called the office: all is as it was.' })
    expect(count).toBe(gates.length)
    const rows = await db().gateFinding.findMany({ where: { aidGroupId, foundById: reviewer.userId } })
    expect(rows.map(({ gate }) => gate).sort()).toEqual([...gates].sort())
    expect(await db().gateFinding.count({ where: { aidGroupId } })).toBe(earlier + gates.length)
    const found = await listGates(db(), aidGroupId)
    expect(found.filter(({ finding }) => finding?.foundById === reviewer.userId && finding.isCurrent)).toHaveLength(
      count,
    )
    expect(await listUnchangedFindings(db(), aidGroupId)).toEqual([])
    restore()
  })

  test('a finding whose facts have changed cannot be confirmed, alone or among others', async () => {
    const registration = (await readDossier(db(), aidGroupId)).sections.registration?.data
    await saveSection(organizer, { aidGroupId, section: 'registration', data: { ...registration, number: '11111111' } })
    const restore = await startRenewal()
    const unchanged = await listUnchangedFindings(db(), aidGroupId)
    expect(unchanged.map(({ gate }) => gate)).not.toContain('legal_existence')
    const gates = ['legal_existence', ...unchanged.map(({ gate }) => gate)]
    const attempt = confirmFindings(reviewer, { aidGroupId, gates, reason: 'As it was.' })
    await expect(attempt).rejects.toMatchObject({ code: 'wrong_state' })
    expect(await db().gateFinding.count({ where: { aidGroupId, foundById: reviewer.userId } })).toBe(0)
    restore()
  })

  /** Past its end, taken into review again, with the clock standing a little later; answers how to put that back. */
  async function startRenewal(): Promise<() => void> {
    const { approvedUntil } = await db().aidGroup.findUniqueOrThrow({ where: { id: aidGroupId } })
    const from = (approvedUntil?.getTime() ?? 0) + DAY_MS - Date.now()
    const restore = replaceClock(() => new Date(Date.now() + from))
    await expireGroup(reviewer, { aidGroupId, reason: 'Its time is over.' })
    await renewReview(reviewer, { aidGroupId, reason: 'It goes on helping.' })
    return restore
  }
})
