import type { ApplicantActor, UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { addPerson } from '#lib/vetting/add-person.ts'
import { addReference } from '#lib/vetting/add-reference.ts'
import { attachDocument } from '#lib/vetting/attach-document.ts'
import { inviteApplication } from '#lib/vetting/invite-application.ts'
import { openApplication } from '#lib/vetting/open-application.ts'
import { replaceBankAccount } from '#lib/vetting/replace-bank-account.ts'
import { saveSection } from '#lib/vetting/save-section.ts'
import { signAgreement, signEndUse } from '#lib/vetting/sign-statement.ts'
import { APPLICATION, BANK, PDF, PEOPLE, REFERENCES } from '#tests/support/application-data.ts'

/** The token at the end of a link. */
export const tokenOf = (url: string) => new URL(url).pathname.split('/').at(-1) ?? ''

/** The newest link of that kind that was mailed to the address. */
export async function mailedLink(recipient: string, path: 'apply' | 'references'): Promise<string> {
  const mail = await db().outboundMail.findFirstOrThrow({ where: { recipient }, orderBy: { createdAt: 'desc' } })
  const [link] = mail.text.match(new RegExp(`https?://\\S+/${path}/[\\w-]{43}[^\\s]*`)) ?? []
  if (!link) throw new Error(`no link to /${path} in the mail to ${recipient}`)
  return link
}

/** Opens a fresh link of the group, as its applicant does. */
export async function applicantOf(inviter: UserActor, aidGroupId: string, email = ''): Promise<ApplicantActor> {
  const { url } = await inviteApplication(inviter, { aidGroupId, email, locale: 'uk' })
  const opened = await openApplication(tokenOf(url))
  if (!opened) throw new Error('the link does not open')
  return opened.actor
}

/** Fills in everything, so that nothing is missing. */
export async function fillApplication(actor: ApplicantActor | UserActor, aidGroupId: string): Promise<void> {
  for (const [section, data] of Object.entries(APPLICATION)) await saveSection(actor, { aidGroupId, section, data })
  for (const person of PEOPLE) await addPerson(actor, { aidGroupId, ...person })
  for (const reference of REFERENCES) await addReference(actor, { aidGroupId, ...reference })
  await replaceBankAccount(actor, { aidGroupId, ...BANK })
  for (const kind of ['registration', 'governing_document', 'past_work', 'safeguarding_policy']) {
    await attachDocument(actor, { aidGroupId, kind, caption: '' }, { bytes: PDF, fileName: `${kind}.pdf` })
  }
  const signature = { aidGroupId, locale: 'uk', accepted: 'yes', signedName: 'Олена Яценко', signedRole: 'Голова' }
  await signEndUse(actor, { ...signature, hasDualUse: 'no', dualUseItems: [], dualUseDetails: '' })
  await signAgreement(actor, signature)
}
