import type { Role } from '#lib/auth/types.ts'

type DemoChapter = 'minneapolis' | 'pittsburgh' | 'leeds'

export type DemoPerson = {
  key: string
  email: string
  name: string
  /** What the start's welcome says this person is for. */
  desk: string
  isAdmin?: boolean
  roles: { role: Role; chapters: DemoChapter[] }[]
}

const everywhere: DemoChapter[] = ['minneapolis', 'pittsburgh', 'leeds']

/** Enough people that every step that needs another person has one. */
export const DEMO_PEOPLE: readonly DemoPerson[] = [
  {
    key: 'mara',
    email: 'mara@demo.example',
    name: 'Mara Lindgren',
    desk: 'organizer, Minneapolis (/organizer)',
    roles: [{ role: 'organizer', chapters: ['minneapolis'] }],
  },
  {
    key: 'joy',
    email: 'joy@demo.example',
    name: 'Joy Okafor',
    desk: 'organizer, Pittsburgh (/organizer)',
    roles: [{ role: 'organizer', chapters: ['pittsburgh'] }],
  },
  {
    key: 'callum',
    email: 'callum@demo.example',
    name: 'Callum Reid',
    desk: 'organizer, Leeds (/organizer)',
    roles: [{ role: 'organizer', chapters: ['leeds'] }],
  },
  {
    key: 'tomas',
    email: 'tomas@demo.example',
    name: 'Tomas Novak',
    desk: 'treasurer, all chapters (/treasurer)',
    roles: [{ role: 'treasurer', chapters: everywhere }],
  },
  {
    key: 'ines',
    email: 'ines@demo.example',
    name: 'Ines Moreau',
    desk: 'second treasurer (/treasurer)',
    roles: [{ role: 'treasurer', chapters: everywhere }],
  },
  {
    key: 'yusuf',
    email: 'yusuf@demo.example',
    name: 'Yusuf Demir',
    desk: 'third treasurer (/treasurer)',
    roles: [{ role: 'treasurer', chapters: everywhere }],
  },
  {
    key: 'dana',
    email: 'dana@demo.example',
    name: 'Dana Petrenko',
    desk: 'vetting reviewer (/vetting)',
    roles: [{ role: 'vetting_reviewer', chapters: everywhere }],
  },
  {
    key: 'olek',
    email: 'olek@demo.example',
    name: 'Olek Bondar',
    desk: 'second vetting reviewer (/vetting)',
    roles: [{ role: 'vetting_reviewer', chapters: everywhere }],
  },
  {
    key: 'ruth',
    email: 'ruth@demo.example',
    name: 'Ruth Adeyemi',
    desk: 'auditor, reads everything',
    roles: [{ role: 'auditor', chapters: everywhere }],
  },
  {
    key: 'admin',
    email: 'admin@demo.example',
    name: 'Sam Whitfield',
    desk: 'instance administrator (/admin)',
    isAdmin: true,
    roles: [],
  },
]

export const DEMO_CHAPTERS = [
  {
    slug: 'minneapolis',
    name: 'Minneapolis',
    legalName: 'Northern Lights Mutual Aid',
    city: 'Minneapolis',
    country: 'US',
    currency: 'USD',
    deductibility: 'c3',
    receipts: {
      address: '2100 Central Avenue NE\nMinneapolis, MN 55418\nUnited States',
      registrationNumber: '41-0000001',
      signatureLine: 'Tomas Novak, treasurer',
      timeZone: 'America/Chicago',
      fiscalYearStartMonth: 1,
    },
  },
  {
    slug: 'pittsburgh',
    name: 'Pittsburgh',
    legalName: 'Three Rivers Mutual Aid',
    city: 'Pittsburgh',
    country: 'US',
    currency: 'USD',
    deductibility: 'none',
    receipts: {
      address: '4800 Penn Avenue\nPittsburgh, PA 15224\nUnited States',
      registrationNumber: '',
      signatureLine: 'Ines Moreau, treasurer',
      timeZone: 'America/New_York',
      fiscalYearStartMonth: 7,
    },
  },
  {
    slug: 'leeds',
    name: 'Leeds',
    legalName: 'Aire Valley Solidarity',
    city: 'Leeds',
    country: 'GB',
    currency: 'GBP',
    deductibility: 'giftaid',
    receipts: {
      address: '12 Canal Wharf\nLeeds LS11 5PS\nUnited Kingdom',
      registrationNumber: '1000001',
      signatureLine: 'Yusuf Demir, treasurer',
      timeZone: 'Europe/London',
      fiscalYearStartMonth: 4,
    },
  },
] as const
