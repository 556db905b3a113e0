import type { SystemActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { importList } from '#lib/screening/import-list.ts'
import { screenDueGroups } from '#lib/vetting/screen-group.ts'

const SEED: SystemActor = { kind: 'system', name: 'seed' }

/** Nobody of these exists. id, kind, name, other names, born, country, numbers, what for. */
const INVENTED = [
  [
    'demo-001',
    'Person',
    'Ostap Myroslavovych Tkachenko',
    'Остап Мирославович Ткаченко;Tkatschenko Ostap',
    '1961-04-02',
    'ua',
    '',
  ],
  ['demo-002', 'Person', 'Velimir Drakulj-Osten', 'Велимир Дракуль-Остен', '1958', 'rs', 'P-DEMO-448812'],
  ['demo-003', 'Person', 'Qasim ibn Yaldun al-Tarmadi', 'قاسم بن يلدون الترمذي;Kassim al-Tarmadhi', '1970', 'sy', ''],
  ['demo-004', 'Person', 'Hortensio Balmaseda Quiroga', 'El Relojero', '1966-11-19', 've', 'CED-DEMO-7781234'],
  ['demo-005', 'Person', 'Anselm Prott-Wieland', '', '1949', 'de', ''],
  ['demo-006', 'Person', 'Bogumil Zdrojewicz', 'Bohumil Zdrojevich;Богумил Здроевич', '1963-07-30', 'by', ''],
  ['demo-007', 'Person', 'Tamerlan Orzukhoev', 'Тамерлан Орзухоев', '1981', 'ru', 'P-DEMO-902177'],
  ['demo-008', 'Person', 'Ngozi Adewunmi-Falk', '', '1975-02-11', 'ng', ''],
  ['demo-009', 'Person', 'Rurik Ostashenkov', 'Рюрик Осташенков;Ryurik Ostashenkov', '1954', 'ru', ''],
  ['demo-010', 'Person', 'Ilse van der Quast', '', '1979', 'nl', ''],
  [
    'demo-011',
    'Organization',
    'Zarnitsa Perimeter Holding',
    'Зарница Периметр Холдинг;OOO Zarnitsa Perimetr',
    '',
    'ru',
    'REG-DEMO-1027700',
  ],
  ['demo-012', 'Organization', 'Black Anchor Bulk Shipping', 'Black Anchor Bulk S.A.', '', 'pa', 'IMO-DEMO-9900001'],
  ['demo-013', 'Organization', 'Fund of the Vanished Front', 'Фонд Исчезнувшего Фронта', '', 'ru', ''],
  ['demo-014', 'Organization', 'Meridian Arc Commodities FZE', 'Meridian Arc Trading', '', 'ae', 'REG-DEMO-55310'],
  ['demo-015', 'Organization', 'Korvat Optical Works', 'Корват Оптические Заводы', '', 'by', 'REG-DEMO-190044'],
  ['demo-016', 'Organization', 'Saqr al-Rimal Charitable Association', 'جمعية صقر الرمال الخيرية', '', 'ye', ''],
  ['demo-017', 'Vessel', 'Grey Petrel', 'ex Lady Ondine', '', 'km', 'IMO-DEMO-9900017'],
  ['demo-018', 'Vessel', 'Sunda Lark', '', '', 'ga', 'IMO-DEMO-9900018'],
  ['demo-019', 'Airplane', 'EX-DEMO-41', '', '', 'kg', 'MSN-DEMO-22741'],
  ['demo-020', 'Person', 'Sandor Vachousek-Brill', '', '1968-09-05', 'hu', ''],
] as const

const HEADER =
  'id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,dataset,first_seen,last_seen,last_change'

/** Puts the invented list in force, so that every aid group of the demo can be screened and one shows what a hit is. */
export async function plantLists(): Promise<void> {
  const day = now().toISOString().slice(0, 10)
  const rows = INVENTED.map(([id, schema, name, aliases, born, country, numbers]) =>
    [id, schema, name, aliases, born, country, '', numbers, 'Invented for the demonstration', '', '', 'demonstration']
      .concat([day, day, day])
      .join(','),
  )
  const bytes = new Uint8Array(Buffer.from(`${[HEADER, ...rows].join('\n')}\n`, 'utf8'))
  await importList(SEED, { source: 'demonstration', files: [{ name: 'invented.csv', bytes }], way: 'seed' })
}

/** What the worker does each minute: whoever is due is screened again, so that no approval's screening grows too old. */
export async function screenDueDemo(): Promise<void> {
  await screenDueGroups(SEED)
}
