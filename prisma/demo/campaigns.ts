import type { AidCategory } from '#lib/campaigns/types.ts'

export type DemoCampaign = {
  chapter: 'minneapolis' | 'pittsburgh' | 'leeds'
  organizer: string
  aidGroup: string
  /** Named for the case that the vetting of the first fails. */
  alternate?: string
  state: 'live' | 'paused' | 'closed' | 'settled' | 'in_review'
  title: string
  summary: string
  story: string
  goal: string
  /** Share of the 2,000 donations. */
  donations: number
  /** Days ago of the first and last gift. */
  window: [number, number]
  budget: { category: AidCategory; description: string; amount: string }[]
  disbursements: {
    share: number
    purpose: string
    state: 'requested' | 'approved' | 'released' | 'confirmed'
    lines: { category: AidCategory; description: string; weight: number }[]
  }[]
  update?: { title: string; body: string }
}

export const DEMO_CAMPAIGNS: readonly DemoCampaign[] = [
  {
    chapter: 'minneapolis',
    organizer: 'mara',
    aidGroup: 'pharmacy',
    alternate: 'kitchen',
    state: 'live',
    title: 'Bandages and insulin for three field clinics',
    summary: 'Keeps the shelves of three clinics near the front stocked through the winter.',
    story:
      'The **Kharkiv Field Pharmacy** supplies three clinics that treat civilians within reach of the shelling. In a quiet week they use 900 bandages; in a bad one, 4,000.\n\n## What your money buys\n\n- haemostatic bandages and burn dressings\n- insulin that needs a cold chain\n- the fuel that carries both\n\nEvery delivery comes back with a signed note. You will see it on this page.',
    goal: '96000.00',
    donations: 760,
    window: [120, 1],
    budget: [
      { category: 'health', description: 'Bandages and burn dressings', amount: '52000.00' },
      { category: 'health', description: 'Insulin and cold boxes', amount: '32000.00' },
      { category: 'evacuation', description: 'Fuel for deliveries', amount: '12000.00' },
    ],
    disbursements: [
      {
        share: 0.7,
        purpose: 'First restock before winter',
        state: 'confirmed',
        lines: [
          { category: 'health', description: '2,400 haemostatic bandages', weight: 62 },
          { category: 'health', description: '180 insulin pens and two cold boxes', weight: 30 },
          { category: 'evacuation', description: 'Fuel for six delivery runs', weight: 8 },
        ],
      },
      {
        share: 0.6,
        purpose: 'November restock',
        state: 'confirmed',
        lines: [
          { category: 'health', description: '900 burn dressings', weight: 70 },
          { category: 'health', description: 'Saline and sutures', weight: 30 },
        ],
      },
      {
        share: 0.12,
        purpose: 'Cold chain repair',
        state: 'approved',
        lines: [
          { category: 'health', description: 'Two medical refrigerators', weight: 80 },
          { category: 'power', description: 'Backup batteries for them', weight: 20 },
        ],
      },
      {
        share: 0.06,
        purpose: 'December fuel',
        state: 'requested',
        lines: [{ category: 'evacuation', description: 'Fuel for eight delivery runs', weight: 1 }],
      },
    ],
    update: {
      title: 'The first 2,400 bandages have arrived',
      body: 'All six runs came through. The delivery note and a photograph of the boxes are with the disbursement below. Thank you: **you** did this.',
    },
  },
  {
    chapter: 'leeds',
    organizer: 'callum',
    aidGroup: 'kitchen',
    alternate: 'wells',
    state: 'live',
    title: 'Warm kitchens for four frontline towns',
    summary: 'Pays for flour, gas and stoves in four village halls until spring.',
    story:
      'Four village halls, one menu, 1,400 meals a day. The **Steppe Kitchen Collective** buys from local farms where it can, and cooks whether or not there is power.\n\nA meal costs about 90 pence. Nothing here is spent on offices.',
    goal: '54000.00',
    donations: 420,
    window: [90, 1],
    budget: [
      { category: 'food', description: 'Flour, lentils and oil', amount: '36000.00' },
      { category: 'power', description: 'Gas and stove repairs', amount: '18000.00' },
    ],
    disbursements: [
      {
        share: 0.35,
        purpose: 'September and October kitchens',
        state: 'confirmed',
        lines: [
          { category: 'food', description: 'Flour, lentils and oil for six weeks', weight: 75 },
          { category: 'power', description: 'Forty gas bottles', weight: 25 },
        ],
      },
      {
        share: 0.2,
        purpose: 'November kitchens',
        state: 'released',
        lines: [{ category: 'food', description: 'Flour and oil for four weeks', weight: 1 }],
      },
    ],
    update: {
      title: 'A fifth hall has asked to join',
      body: 'We will open it when its roof is mended. Until then its share goes out as dry rations.',
    },
  },
  {
    chapter: 'pittsburgh',
    organizer: 'joy',
    aidGroup: 'warehouse',
    alternate: 'kitchen',
    state: 'paused',
    title: 'Heat for the evacuation shelters',
    summary: 'Generators and heaters for shelters; paused while a supplier is checked.',
    story:
      'Evacuated families spend their first nights in sports halls. This campaign buys heaters, cables and fuel for them.\n\nWe paused it while the warehouse checks a new supplier. Gifts already made are safe and shown below.',
    goal: '40000.00',
    donations: 260,
    window: [110, 20],
    budget: [
      { category: 'power', description: 'Diesel heaters and cables', amount: '26000.00' },
      { category: 'shelter', description: 'Beds and blankets', amount: '14000.00' },
    ],
    disbursements: [
      {
        share: 0.4,
        purpose: 'Heaters for two sports halls',
        state: 'confirmed',
        lines: [
          { category: 'power', description: 'Six diesel heaters', weight: 70 },
          { category: 'shelter', description: '220 wool blankets', weight: 30 },
        ],
      },
    ],
  },
  {
    chapter: 'pittsburgh',
    organizer: 'joy',
    aidGroup: 'warehouse',
    state: 'closed',
    title: 'Stretchers for the evacuation trains',
    summary: 'Bought folding stretchers for the medical carriages of the evacuation trains.',
    story:
      'The medical carriages were short of stretchers that fold. They are not any more.\n\nThe campaign is closed; what is left will be sent by its surplus rule.',
    goal: '18000.00',
    donations: 300,
    window: [150, 60],
    budget: [{ category: 'evacuation', description: 'Folding stretchers', amount: '18000.00' }],
    disbursements: [
      {
        share: 0.55,
        purpose: 'First forty stretchers',
        state: 'confirmed',
        lines: [{ category: 'evacuation', description: 'Forty folding stretchers', weight: 1 }],
      },
      {
        share: 0.3,
        purpose: 'Twenty more, with straps',
        state: 'confirmed',
        lines: [{ category: 'evacuation', description: 'Twenty folding stretchers with straps', weight: 1 }],
      },
    ],
  },
  {
    chapter: 'minneapolis',
    organizer: 'mara',
    aidGroup: 'wells',
    state: 'settled',
    title: 'Clean water for two cut-off towns',
    summary: 'Repaired two pumps and bought filters for a year.',
    story:
      'When the mains were cut, two towns drank from tankers. The engineers mended the pumps and left filters for a year.\n\nEvery cent has been sent. The books of this campaign are closed.',
    goal: '12000.00',
    donations: 260,
    window: [170, 90],
    budget: [{ category: 'water', description: 'Pump repair and filters', amount: '12000.00' }],
    disbursements: [
      {
        share: 0.6,
        purpose: 'Two pumps',
        state: 'confirmed',
        lines: [{ category: 'water', description: 'Two submersible pumps, fitted', weight: 1 }],
      },
      {
        share: 1,
        purpose: 'Filters for a year',
        state: 'confirmed',
        lines: [{ category: 'water', description: 'Filter cartridges for a year', weight: 1 }],
      },
    ],
  },
  {
    chapter: 'leeds',
    organizer: 'callum',
    aidGroup: 'kitchen',
    state: 'in_review',
    title: 'Lesson kits for basement classrooms',
    summary: 'Notebooks, lamps and chalkboards for classes that go on under the alarms.',
    story: 'Lessons have moved into basements. Children need light to read by and something to write on.',
    goal: '6000.00',
    donations: 0,
    window: [1, 1],
    budget: [{ category: 'education', description: 'Notebooks, lamps, chalkboards', amount: '6000.00' }],
    disbursements: [],
  },
]
