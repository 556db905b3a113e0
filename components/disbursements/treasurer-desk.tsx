import { DeskShell, type DeskShellProps } from '#components/shell/desk-shell.tsx'

const TABS = [
  { href: '/treasurer', label: 'Overview' },
  { href: '/treasurer/disbursements', label: 'Disbursements' },
  { href: '/treasurer/holds', label: 'Holds' },
  { href: '/treasurer/donations', label: 'Gifts' },
  { href: '/treasurer/offline-gifts', label: 'Offline gifts' },
  { href: '/treasurer/reconciliation', label: 'Reconciliation' },
  { href: '/treasurer/ledger', label: 'Ledger' },
  { href: '/treasurer/reports', label: 'Reports' },
]

type TreasurerDeskProps = Omit<DeskShellProps, 'tabs' | 'desk'> & {
  /** Whose: the chapters' names. */
  chapters?: readonly string[]
}

/** The frame of the treasurers' pages. */
export function TreasurerDesk({ chapters = [], ...rest }: TreasurerDeskProps) {
  const desk = chapters.length === 0 ? 'Treasurer' : `Treasurer, ${chapters.join(', ')}`
  return <DeskShell desk={desk} tabs={TABS} {...rest} />
}
