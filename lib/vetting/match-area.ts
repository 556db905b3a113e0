/**
 * Areas an application may name that stand for themselves: codes of ISO 3166-2, and for the occupied parts of Donetsk
 * and Luhansk oblasts, which no standard numbers, the oblast's code with `-OCC`.
 */
const EMBARGOED_AREAS = ['UA-43', 'UA-40', 'UA-14-OCC', 'UA-09-OCC'] as const
export type EmbargoedArea = (typeof EMBARGOED_AREAS)[number]

/** The oblasts of Ukraine by ISO 3166-2, Crimea, Sevastopol and the two occupied parts last; then everywhere else. */
export const AREA_CODES = [
  ...['UA-05', 'UA-07', 'UA-09', 'UA-12', 'UA-14', 'UA-18', 'UA-21', 'UA-23', 'UA-26', 'UA-30', 'UA-32', 'UA-35'],
  ...['UA-46', 'UA-48', 'UA-51', 'UA-53', 'UA-56', 'UA-59', 'UA-61', 'UA-63', 'UA-65', 'UA-68', 'UA-71', 'UA-74'],
  ...['UA-77', ...EMBARGOED_AREAS],
  'other',
] as const

// Names of the embargoed areas themselves, and of towns in them that nobody would mean elsewhere. Latin, Ukrainian, Russian.
const NAMED: readonly (readonly [EmbargoedArea, RegExp])[] = [
  ['UA-40', /\bse[vb][ae]stopol|севастопол/iu],
  [
    'UA-43',
    /\b(crimea|krym|krim|simferopol|kerch|yalta|yevpatori|feodosi|dzhankoi|sudak|alushta|bakhchisara|bakhchysara|armiansk|armyansk)|(^|[^\p{L}])(крим(?!ін)|крым|арк(?!\p{L}))|симферопол|сімферопол|(^|[^\p{L}])керч|(^|[^\p{L}])ялт[аиуіоы]|євпатор|евпатор|феодос/iu,
  ],
  [
    'UA-14-OCC',
    /(^|[^\p{L}])(dnr|dpr|днр)(?!\p{L})|donetsk people|donets'?k people|донецьк\p{L}* народн|донецк\p{L}* народн|\b(horlivka|gorlovka|makiivka|makeevka|mariupol)|горлівк|горловк|макіївк|макеевк|маріупол|мариупол/iu,
  ],
  [
    'UA-09-OCC',
    /(^|[^\p{L}])(lnr|lpr|лнр)(?!\p{L})|l[uh]+ansk people|lugansk people|луганськ\p{L}* народн|луганск\p{L}* народн|\b(alchevsk|khrustalnyi)|алчевськ|алчевск|хрустальн/iu,
  ],
]

/**
 * The embargoed area this place is in or may be in, by its code or by what its name says; null for all others. A word of
 * warning to whoever types it, and a stop for the gate: a person then looks.
 */
export function matchArea(place: { name: string; areaCode: string }): EmbargoedArea | null {
  const coded = EMBARGOED_AREAS.find((code) => code === place.areaCode)
  if (coded) return coded
  return NAMED.find(([, pattern]) => pattern.test(place.name.normalize('NFC')))?.[0] ?? null
}
