import type { AidCategory } from '#lib/campaigns/types.ts'

type DemoPerson = { roles: readonly string[]; original: string; latin: string; born: string }

export type DemoAidGroup = {
  key: string
  chapter: 'minneapolis' | 'pittsburgh' | 'leeds'
  name: string
  publicAlias?: string
  legalName: string
  region: string
  areaCode: string
  summary: string
  state: 'approved' | 'in_review'
  /** When it applied, in days: before the demo's half year began, or before today where it is still in review. */
  appliedDaysBefore: number
  tier: 'low' | 'medium' | 'high'
  /** How much the approval allows, in the chapter's currency. */
  cap: string
  categories: readonly AidCategory[]
  /** What it said of goods that an army could use as well. */
  dualUse?: string
  /** Digits of nobody's account. */
  account: string
  /** Something it did before. */
  work: string
  /** The first one signs. */
  people: readonly DemoPerson[]
  references: readonly { name: string; organization: string; email: string }[]
}

const reference = (name: string, organization: string, box: string) => ({
  ...{ name, organization, email: `${box}@references.demo.example` },
})

/** Invented groups of the kind the federation supports, with invented people; one name is close to one on the invented list. */
export const DEMO_AID_GROUPS: readonly DemoAidGroup[] = [
  {
    key: 'pharmacy',
    chapter: 'minneapolis',
    name: 'Kharkiv Field Pharmacy',
    region: 'Kharkiv oblast',
    summary:
      'Volunteer pharmacists who stock three field clinics and a mobile dialysis van. Eleven staff, registered since 2019.',
    state: 'approved',
    appliedDaysBefore: 61,
    tier: 'medium',
    legalName: 'Харківська польова аптека',
    areaCode: 'UA-63',
    cap: '200000.00',
    categories: ['health', 'evacuation', 'power', 'water'],
    account: '1101',
    work: 'Stocked two clinics with bandages and insulin through a winter.',
    people: [
      { roles: ['controller', 'signatory'], original: 'Лариса Гнатюк', latin: 'Larysa Hnatiuk', born: '1978-02-11' },
      { roles: ['owner'], original: 'Богдан Шевчук', latin: 'Bohdan Shevchuk', born: '1981-09-30' },
    ],
    references: [
      reference('Sister Marta Vogel', 'Clinic partners, Lviv', 'marta'),
      reference('Peter Lindqvist', 'Cold chain volunteers', 'peter'),
    ],
  },
  {
    key: 'kitchen',
    chapter: 'leeds',
    name: 'Steppe Kitchen Collective',
    region: 'Zaporizhzhia oblast',
    summary: 'Cooks 1,400 hot meals a day in four village halls and delivers dry rations where no hall has power.',
    state: 'approved',
    appliedDaysBefore: 44,
    tier: 'low',
    legalName: 'Степова кухня',
    areaCode: 'UA-23',
    cap: '150000.00',
    categories: ['food', 'power', 'water', 'education'],
    account: '1102',
    work: 'Cooked for four village halls every day of a year.',
    people: [
      { roles: ['controller', 'signatory'], original: 'Зінаїда Коваль', latin: 'Zinaida Koval', born: '1969-06-03' },
      { roles: ['owner'], original: 'Юрій Бойко', latin: 'Yurii Boiko', born: '1974-12-19' },
    ],
    references: [
      reference('Father Andrii Senyk', 'Parish of the hall', 'andrii'),
      reference('Hannah Brooke', 'Bread across borders', 'hannah'),
    ],
  },
  {
    key: 'warehouse',
    chapter: 'pittsburgh',
    name: 'Dnipro Relief Warehouse',
    region: 'Dnipropetrovsk oblast',
    summary:
      'A shared warehouse for stretchers, heaters and generators; every item leaves with a signed delivery note.',
    state: 'approved',
    appliedDaysBefore: 33,
    tier: 'medium',
    legalName: 'Дніпровський склад допомоги',
    areaCode: 'UA-12',
    cap: '200000.00',
    categories: ['shelter', 'power', 'evacuation', 'health'],
    dualUse: 'Generators of up to 5 kW for clinics and halls, each with a number and a signed note.',
    account: '1103',
    work: 'Sent out 300 stretchers and heaters, each with a signed note.',
    people: [
      { roles: ['controller', 'signatory'], original: 'Роман Дяченко', latin: 'Roman Diachenko', born: '1984-04-27' },
      { roles: ['owner'], original: 'Оксана Лисенко', latin: 'Oksana Lysenko', born: '1990-01-15' },
    ],
    references: [
      reference('Claire Dumont', 'Ambulances for the east', 'claire'),
      reference('Jakub Nowicki', 'Stretcher makers', 'jakub'),
    ],
  },
  {
    key: 'wells',
    chapter: 'minneapolis',
    name: 'Clear Wells Association',
    publicAlias: 'A water engineers’ association',
    region: 'Mykolaiv oblast',
    summary:
      'Repairs pumps and runs filter stations for towns whose mains were cut. Its name is withheld for its people’s safety.',
    state: 'approved',
    appliedDaysBefore: 20,
    tier: 'medium',
    legalName: 'Асоціація чистих криниць',
    areaCode: 'UA-48',
    cap: '100000.00',
    categories: ['water', 'power'],
    account: '1104',
    work: 'Repaired eleven pumps in towns whose mains were cut.',
    people: [
      { roles: ['controller', 'signatory'], original: 'Тарас Мороз', latin: 'Taras Moroz', born: '1972-08-08' },
      { roles: ['owner'], original: 'Ірина Савчук', latin: 'Iryna Savchuk', born: '1977-05-22' },
    ],
    references: [
      reference('Ewa Zielinska', 'Water engineers without borders', 'ewa'),
      reference('Tom Harker', 'Filters for towns', 'tom'),
    ],
  },
  {
    key: 'rooms',
    chapter: 'leeds',
    name: 'Safe Rooms for Children',
    region: 'Sumy oblast',
    summary: 'Turns school basements into warm, lit rooms where lessons go on during alarms.',
    state: 'in_review',
    appliedDaysBefore: 16,
    tier: 'low',
    legalName: 'Безпечні кімнати для дітей',
    areaCode: 'UA-59',
    cap: '80000.00',
    categories: ['education', 'shelter', 'power'],
    account: '1105',
    work: 'Turned three school basements into lit rooms.',
    people: [
      { roles: ['controller', 'signatory'], original: 'Остап Ткаченко', latin: 'Ostap Tkachenko', born: '1988-03-14' },
      { roles: ['owner'], original: 'Дарина Кравець', latin: 'Daryna Kravets', born: '1991-07-02' },
    ],
    references: [
      reference('Ruth Caldwell', 'Lamps for lessons', 'ruth.c'),
      reference('Mykola Prysiazhniuk', 'School district', 'mykola'),
    ],
  },
]
