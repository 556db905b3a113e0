import type { Actor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { addPerson } from '#lib/vetting/add-person.ts'
import { addReference } from '#lib/vetting/add-reference.ts'
import { attachDocument } from '#lib/vetting/attach-document.ts'
import { inviteApplication } from '#lib/vetting/invite-application.ts'
import { openApplication } from '#lib/vetting/open-application.ts'
import { replaceBankAccount } from '#lib/vetting/replace-bank-account.ts'
import { saveSection } from '#lib/vetting/save-section.ts'
import { signAgreement, signEndUse } from '#lib/vetting/sign-statement.ts'
import { submitApplication } from '#lib/vetting/submit-application.ts'
import type { DemoAidGroup } from './aid-groups.ts'
import { writeDeliveryNote } from './write-delivery-note.ts'

const DOCUMENTS = [
  'registration',
  'governing_document',
  'past_work',
  'safeguarding_policy',
  'end_use_statement',
  'agreement',
] as const

/** An aid group fills in its application through the link that its nominator sent, and sends it in. */
export async function plantDossier(nominator: UserActor, aidGroupId: string, group: DemoAidGroup): Promise<void> {
  const { url } = await inviteApplication(nominator, { aidGroupId, email: '', locale: 'en' })
  const opened = await openApplication(new URL(url).pathname.split('/').at(-1) ?? '')
  if (!opened) throw new Error('The link of a demo application does not open.')
  const { actor } = opened
  for (const [section, data] of Object.entries(sectionsOf(group))) {
    const { problems } = await saveSection(actor, { aidGroupId, section, data })
    if (Object.keys(problems).length > 0) throw new Error(`${group.key}, ${section}: ${JSON.stringify(problems)}`)
  }
  await sign(actor, aidGroupId, group)
  for (const { roles, original, latin, born } of group.people) {
    const person = { roles: [...roles], nameOriginal: original, nameLatin: latin, birthDate: born }
    await addPerson(actor, { aidGroupId, ...person, aliases: [], nationality: 'UA', country: 'UA' })
  }
  await replaceBankAccount(actor, {
    ...{ aidGroupId, holderName: group.name, bankName: 'Demonstration Bank', bankCountry: 'UA', currency: 'UAH' },
    ...{ iban: ukrainianIban(group.account), bic: '', routing: '' },
  })
  for (const { name, organization, email } of group.references) {
    const relation = 'We delivered together for two years.'
    await addReference(actor, { aidGroupId, name, organization, email, relation })
  }
  for (const kind of DOCUMENTS) {
    const title = kind.replaceAll('_', ' ')
    const bytes = writeDeliveryNote([
      `${title} (demonstration)`.toUpperCase(),
      '',
      group.name,
      '',
      'An invented document.',
    ])
    await attachDocument(actor, { aidGroupId, kind, caption: `Our ${title}` }, { bytes, fileName: `${kind}.pdf` })
  }
  await submitApplication(actor, { aidGroupId })
}

async function sign(actor: Actor, aidGroupId: string, group: DemoAidGroup): Promise<void> {
  const [signatory] = group.people
  if (!signatory) throw new Error('Somebody signs.')
  const signed = { aidGroupId, locale: 'en', accepted: true, signedName: signatory.latin, signedRole: 'Chair' }
  const dualUse = group.dualUse
    ? { hasDualUse: true, dualUseItems: ['generators'], dualUseDetails: group.dualUse }
    : { hasDualUse: false, dualUseItems: [], dualUseDetails: '' }
  await signEndUse(actor, { ...signed, ...dualUse })
  await signAgreement(actor, signed)
}

/** The references that were asked have answered; each has its own link, which only its mail holds. */
export async function answerDemoReferences(aidGroupId: string, count: number): Promise<void> {
  const asked = await db().dossierReference.findMany({ where: { aidGroupId }, orderBy: { id: 'asc' }, take: count })
  const answer = {
    ...{ isIndependent: true, relation: 'We delivered together for two years.', knownSince: '2021' },
    ...{ workSeen: 'Deliveries that arrived complete, with a signed note each time.', concerns: '' },
  }
  for (const { id } of asked) {
    await db().dossierReference.update({ where: { id }, data: { answeredAt: now(), confirms: true, answer } })
  }
}

function sectionsOf(group: DemoAidGroup) {
  const year = 2019
  return {
    identity: {
      ...{ legalName: group.legalName, legalNameLatin: group.name, otherNames: [], summary: group.summary },
      ...{ country: 'UA', region: group.region, address: '1 Invented Street, 00001', website: '' },
      ...{ contactName: group.people[0]?.latin, contactEmail: `${group.key}@groups.demo.example`, contactPhone: '' },
      foundedOn: `${year}-03-01`,
    },
    registration: {
      ...{ number: `DEMO-${group.account}`, register: 'Unified State Register (demonstration)', country: 'UA' },
      registeredOn: `${year}-03-20`,
    },
    governance: {
      ...{ governingDocumentDated: `${year}-03-01`, hasDissolutionClause: true },
      dissolutionClauseText: 'If the organization closes, what is left goes to another charity of the same kind.',
      hasNoOwners: group.people.some(({ roles }) => roles.includes('owner')) ? '' : 'yes',
    },
    past_work: {
      summary: 'Since its founding it has worked without a break, with a report for every quarter.',
      examples: [{ what: group.work, when: 'last winter', where: group.region, amount: '', partner: '' }],
    },
    delivery: {
      ...{ countries: ['UA'], regions: [{ name: group.region, areaCode: group.areaCode }] },
      ...{ categories: [...group.categories], intermediaries: '', licenceBasis: '' },
    },
    safeguarding: {
      ...{ hasPolicy: true, policySummary: 'Two people at every visit, and nobody is photographed unasked.' },
      contact: 'The safeguarding lead, by telephone',
    },
    conflicts: { none: true, declarations: [] },
  }
}

/** An account number of nobody's with the right check digits: no bank has the code 000000. */
function ukrainianIban(account: string): string {
  const rest = `000000${account.padStart(19, '0')}`
  const check = 98n - (BigInt(`${rest}301000`) % 97n)
  return `UA${String(check).padStart(2, '0')}${rest}`
}
