import type { ReactNode } from 'react'
import { deskPerson } from './disbursements/desk-person.ts'

/** Nothing of this desk is rendered for somebody without a role with a chapter's money. */
export default async function TreasurerLayout({ children }: { children: ReactNode }) {
  await deskPerson('/treasurer')
  return children
}
