/** Words about names that are no names. All lower-case ASCII, as a prepared name has them. */

const words = (text: string) => text.trim().split(/\s+/)

/** Forms of companies, longest first where one begins with another; each is replaced by its short sign. */
export const LEGAL_PHRASES: readonly (readonly [phrase: string, sign: string])[] = (
  [
    ['obshchestvo s ogranichennoy otvetstvennostyu', 'llc'],
    ['tovarystvo z obmezhenoiu vidpovidalnistiu', 'llc'],
    ['tovaristvo z obmezhenoyu vidpovidalnistyu', 'llc'],
    ['societatea cu raspundere limitata', 'srl'],
    ['otkrytoe aktsionernoe obshchestvo', 'jsc'],
    ['zakrytoe aktsionernoe obshchestvo', 'jsc'],
    ['publichnoe aktsionernoe obshchestvo', 'jsc'],
    ['open joint stock company', 'jsc'],
    ['closed joint stock company', 'jsc'],
    ['public joint stock company', 'jsc'],
    ['gesellschaft mit beschrankter haftung', 'gmbh'],
    ['sociedad anonima de capital variable', 'sa'],
    ['limited liability partnership', 'llp'],
    ['limited liability company', 'llc'],
    ['aktsionernoe obshchestvo', 'jsc'],
    ['aktsionerne tovarystvo', 'jsc'],
    ['joint stock company', 'jsc'],
    ['public limited company', 'plc'],
    ['naamloze vennootschap', 'nv'],
    ['besloten vennootschap', 'bv'],
    ['sociedade anonima', 'sa'],
    ['sociedad anonima', 'sa'],
    ['societe anonyme', 'sa'],
    ['sociedad limitada', 'sl'],
    ['limited partnership', 'lp'],
    ['private limited', 'ltd'],
    ['sp z o o', 'spzoo'],
    ['sp z oo', 'spzoo'],
    ['s a de c v', 'sa'],
    ['sa de cv', 'sa'],
    ['pte ltd', 'ltd'],
    ['pvt ltd', 'ltd'],
    ['co ltd', 'ltd'],
  ] as const
).toSorted((left, right) => right[0].length - left[0].length)

export const LEGAL_FORMS: ReadonlySet<string> = new Set(
  words(
    `ab ag aktiengesellschaft aktiebolag as asa bhd bv bvba co company corp corporation cjsc dd doo eood
     fze fzco fzc gmbh gesmbh inc incorporated jsc kft kg kgaa kk limited llc llp lp ltd ltda mbh nv oao ojsc ood ooo oy oyj
     pao pjsc plc pat pvt pte pt sa sae sal sarl sas sdn se sia sl slu spa spzoo sro srl tov tzov uab vat zao zrt nyrt ao`,
  ),
)

/** Words so usual in the names of organizations that sharing them says little. */
export const GENERIC_WORDS: ReadonlySet<string> = new Set(
  words(
    `group groupe gruppe grupp holding holdings international enterprise enterprises trading trade general services service
     management investment investments industries industry industrial development business solutions systems
     import export commercial foundation fund organization organisation association society institute center centre
     the of and for in`,
  ),
)

/** Titles: whoever leaves one out has still written the same name. */
export const HONORIFICS: ReadonlySet<string> = new Set(
  words(
    `mr mrs ms miss mx dr doctor prof professor sir dame lord lady president prasident presidente gen colonel col
     major maj captain capt lieutenant lt sergeant sgt minister senator hon rev reverend father brother sister
     haji hajji hadji hajj hadzhi shaykh sheikh sheik shaikh cheikh sheykh mullah mulla maulana maulavi mawlawi maulvi moulavi
     qari ustad ustadh imam ayatollah hojjatoleslam alhaji eng engineer ing jr sr esq phd md mv mt ss alias`,
  ),
)

/** Small words inside names: they bind, they do not name. */
export const PARTICLES: ReadonlySet<string> = new Set(
  words(
    `al el ul ur bin ben ibn ibnu bint binti ould wuld ag abu abou abo umm um de del della di da do dos das du la le las los van von der den
     ter ten zu na bar ap af the of and`,
  ),
)

/** Spellings and short forms of one given name or family name, across languages; the first stands for all. */
const SAME_NAMES = `
  volodymyr vladimir wladimir uladzimir volodya vova vladymyr
  oleksandr aleksandr alexander aleksander alexandr aliaksandr alexandros alejandro alexandre sasha
  serhii sergei sergey serhiy sergii sergiy siarhei serge
  mykola nikolai nikolay mikalai nicholas nikolaos nikola nicolas kolya
  mykhailo mikhail mykhaylo michail michael mihail misha miguel michel
  hryhorii grigorii grigoriy grigory gregory hryhoriy grisha
  andrii andrei andrey andriy andrew andreas
  dmytro dmitri dmitry dmitrii dmitriy dzmitry dima
  yevhen evgeny evgenii evgeniy yevgeny yevgeniy yevhenii eugene
  oleh oleg
  ihor igor
  pavlo pavel paul pawel
  petro petr pyotr peter piotr pedro
  yurii yuri yury yuriy iurii iouri
  kyrylo kirill cyril
  mykyta nikita
  illia ilya ilia
  oleksii aleksei aleksey alexei alexey oleksiy aliaksei
  maksym maksim maxim maxym
  olena elena yelena helena
  iryna irina irena
  tetiana tatiana tatyana tetyana
  kateryna ekaterina yekaterina catherine katherine
  nataliia natalia nataliya natalya
  yuliia yulia julia iuliia
  hanna anna ganna
  viktor victor wiktor
  yosyp iosif joseph josef yosef
  ivan iwan
  stepan stefan steven stephen
  theodore ted teddy fedir fyodor feodor
  benjamin ben bibi benny
  william bill will billy
  robert bob rob bobby
  richard rick dick
  james jim jimmy jamie
  edward ed eddie
  thomas tom tommy
  anthony tony antonio anton
  elizabeth liz beth elisabeth
  margaret maggie peggy
  francisco paco francesco francis
  jose pepe
  jesus chucho
  mohammed mohammad muhammad mohamed mohamad muhammed mohd mohamud mahomed muhamad magomed mochammad muhamed mouhamad
  ahmed ahmad akhmed akhmad
  osama usama ousama oussama
  yusuf yousef youssef yusef yosif
  hussein husayn husain hossein hussain hocine
  lee li ri rhee yi
  pak park bak bag
  choe choi choy
  kim gim
  jong jung jeong chong`

export const SAME_NAME: ReadonlyMap<string, string> = new Map(
  SAME_NAMES.trim()
    .split('\n')
    .flatMap((line) => {
      const spellings = words(line)
      return spellings.map((spelling) => [spelling, spellings[0] ?? spelling] as const)
    }),
)

/** Short ways to write a word of an organization's name. */
export const ABBREVIATIONS: ReadonlyMap<string, string> = new Map(
  words(
    'intl:international natl:national govt:government dept:department univ:university assn:association bros:brothers mfg:manufacturing tech:technology',
  ).map((pair) => pair.split(':') as [string, string]),
)

const UNITS = words(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
)
const TENS = words('twenty thirty forty fifty sixty seventy eighty ninety')

/** What a number written as a word is worth; tens are joined with a following unit. */
export const NUMBER_WORDS: ReadonlyMap<string, number> = new Map([
  ...UNITS.map((word, value) => [word, value] as const),
  ...TENS.map((word, position) => [word, (position + 2) * 10] as const),
  ['fourty', 40],
])
