import type { AidCategory } from '#lib/campaigns/types.ts'

/** One sentence for each category: what belongs to it. The names are AID_CATEGORY_LABEL. */
export const AID_CATEGORY_EXPLANATION: Record<AidCategory, string> = {
  food: 'Meals, groceries, baby food, and what kitchens need to cook them.',
  health: 'Medicine, medical equipment and supplies, ambulances’ equipment, and care for body and mind.',
  shelter: 'Roofs and repairs, stoves, beds, blankets, clothes and hygiene items.',
  water: 'Drinking water, pumps, filters, pipes, toilets and waste.',
  evacuation: 'Bringing people out of danger and aid to them: vehicles for civilians, fuel, repairs.',
  power: 'Generators, batteries, solar panels, heating and the fuel for them.',
  communications: 'Phones, internet links and information that civilians need to be safe.',
  protection: 'Shelters from violence, legal help, mine awareness, help for children and survivors.',
  education: 'Schooling, learning rooms, books and equipment for children and adults.',
}
