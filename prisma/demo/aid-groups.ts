/** Invented groups of the kind the federation supports; `until` is months from now, negative for one that lapsed. */
export const DEMO_AID_GROUPS = [
  {
    key: 'pharmacy',
    chapter: 'minneapolis',
    name: 'Kharkiv Field Pharmacy',
    country: 'UA',
    region: 'Kharkiv oblast',
    summary:
      'Volunteer pharmacists who stock three field clinics and a mobile dialysis van. Eleven staff, registered since 2019.',
    state: 'approved',
    tier: 'medium',
  },
  {
    key: 'kitchen',
    chapter: 'leeds',
    name: 'Steppe Kitchen Collective',
    country: 'UA',
    region: 'Zaporizhzhia oblast',
    summary: 'Cooks 1,400 hot meals a day in four village halls and delivers dry rations where no hall has power.',
    state: 'approved',
    tier: 'low',
  },
  {
    key: 'warehouse',
    chapter: 'pittsburgh',
    name: 'Dnipro Relief Warehouse',
    country: 'UA',
    region: 'Dnipropetrovsk oblast',
    summary:
      'A shared warehouse for stretchers, heaters and generators; every item leaves with a signed delivery note.',
    state: 'approved',
    tier: 'medium',
  },
  {
    key: 'wells',
    chapter: 'minneapolis',
    name: 'Clear Wells Association',
    publicAlias: 'A water engineers’ association',
    country: 'UA',
    region: 'Mykolaiv oblast',
    summary:
      'Repairs pumps and runs filter stations for towns whose mains were cut. Its name is withheld for its people’s safety.',
    state: 'approved',
    tier: 'medium',
  },
  {
    key: 'rooms',
    chapter: 'leeds',
    name: 'Safe Rooms for Children',
    country: 'UA',
    region: 'Sumy oblast',
    summary: 'Turns school basements into warm, lit rooms where lessons go on during alarms.',
    state: 'in_review',
    tier: 'low',
  },
] as const
