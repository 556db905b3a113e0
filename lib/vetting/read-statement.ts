import { createHash } from 'node:crypto'
import { type Locale, locales } from './types.ts'

export type Statement = {
  /** Text and language, as `end-use-1.uk`. */
  version: string
  /** Lower-case hex over the UTF-8 bytes of `text`. */
  sha256: string
  /** Paragraphs, an empty line between them; exactly what is shown and signed. */
  text: string
}
export type StatementKind = 'end_use' | 'agreement'

// A signed text never changes: an amended one gets the next number, and the old one stays below it.
const TEXTS: Record<StatementKind, Record<Locale, { version: string; text: string }>> = {
  end_use: {
    en: {
      version: 'end-use-1.en',
      text: `Everything we receive through Common Purse, in money or bought with it, is used for civilian humanitarian and medical purposes only.

We will not use it, lend it, sell it or pass it on for weapons, ammunition, explosives, military equipment or any other support to combatants of any side, and we will not let anybody else do so.

Items that civilians and soldiers alike can use (body armour, drones, optics, vehicles, large generators, radio equipment) we ask for only where we have named them below, and only for evacuation, medical care, rescue and the protection of civilians and aid workers. We can say at any time where each of them is and who uses it.

Nothing is delivered to Crimea, Sevastopol or the occupied parts of the Donetsk and Luhansk oblasts unless the chapter has told us in writing that a licence covers it.

We keep receipts and records of delivery for at least ten years, show them when the chapter asks, and tell the chapter at once if something is lost, taken or used otherwise.

I sign for the organization and am allowed to do so. I know that a false statement ends the cooperation and may be an offence.`,
    },
    uk: {
      version: 'end-use-1.uk',
      text: `Усе, що ми отримуємо через Common Purse — гроші та придбане за них, — ми використовуємо лише для цивільних гуманітарних і медичних потреб.

Ми не використовуватимемо, не позичатимемо, не продаватимемо і не передаватимемо цього для зброї, боєприпасів, вибухівки, військового спорядження чи будь-якої іншої підтримки комбатантів будь-якої сторони і не дозволимо цього нікому іншому.

Речі, якими можуть користуватися і цивільні, і військові (бронежилети, дрони, оптика, транспорт, великі генератори, радіообладнання), ми просимо лише тоді, коли назвали їх нижче, і лише для евакуації, медичної допомоги, порятунку та захисту цивільних і працівників допомоги. Ми в будь-який час можемо сказати, де кожна з них і хто нею користується.

Нічого не постачається до Криму, Севастополя чи окупованих частин Донецької та Луганської областей, якщо осередок письмово не повідомив нам, що на це є ліцензія.

Ми зберігаємо чеки й документи про доставку щонайменше десять років, показуємо їх на прохання осередку і негайно повідомляємо осередок, якщо щось втрачено, відібрано або використано інакше.

Я підписую від імені організації і маю на це право. Я знаю, що неправдива заява припиняє співпрацю і може бути правопорушенням.`,
    },
  },
  agreement: {
    en: {
      version: 'agreement-1.en',
      text: `1. The chapter raises money for campaigns and may send part of it to us. It promises no amount. Money that was raised for a purpose is used for that purpose.

2. We use the money within the time and the budget each transfer names. What is left over, or cannot be used as named, we say at once and return unless the chapter decides otherwise in writing.

3. For each transfer we send evidence (invoices, delivery records, photographs without faces or places that could be hit) by the date named. While evidence is overdue no further money is sent.

4. We treat everybody who needs help alike, whatever their origin, religion, sex or opinion, and ask nothing in return: no money, no service, no vote, no faith.

5. We follow our safeguarding policy, report any abuse or exploitation to the chapter within 72 hours, and protect whoever reports it.

6. We pay nobody we know to be on a sanctions list, we take part in no corruption, and we say when somebody of ours has a private interest in a purchase.

7. The chapter may ask for our books about this money, visit us with notice where that is safe, pause payments while it looks into a doubt, and end this agreement in writing. So may we. What was agreed about money already sent stays in force.

8. The chapter publishes our public name, what was paid for and the evidence. It never publishes our bank details, our addresses or the places of delivery.`,
    },
    uk: {
      version: 'agreement-1.uk',
      text: `1. Осередок збирає гроші на кампанії і може надсилати нам їх частину. Конкретної суми він не обіцяє. Гроші, зібрані на певну мету, використовуються саме на неї.

2. Ми використовуємо гроші в межах строку та бюджету, названих у кожному переказі. Про залишок або про те, що не можна використати за призначенням, ми негайно повідомляємо і повертаємо ці гроші, якщо осередок письмово не вирішить інакше.

3. За кожен переказ ми надсилаємо підтвердження (рахунки, документи про доставку, світлини без облич і місць, по яких можуть ударити) до названої дати. Поки підтвердження прострочене, нових грошей не надсилають.

4. Ми однаково ставимося до всіх, хто потребує допомоги, незалежно від походження, релігії, статі чи поглядів, і нічого не просимо натомість: ні грошей, ні послуг, ні голосу, ні віри.

5. Ми дотримуємося своєї політики захисту вразливих людей, повідомляємо осередок про будь-яке насильство чи експлуатацію протягом 72 годин і захищаємо тих, хто про це повідомляє.

6. Ми не платимо нікому, про кого знаємо, що він у санкційному списку, не беремо участі в корупції і повідомляємо, коли хтось із наших має особистий інтерес у закупівлі.

7. Осередок може попросити наші документи щодо цих грошей, відвідати нас, попередивши заздалегідь, якщо це безпечно, призупинити виплати на час з’ясування сумнівів і письмово припинити цю угоду. Те саме можемо й ми. Домовленості щодо вже надісланих грошей залишаються чинними.

8. Осередок публікує нашу публічну назву, те, за що заплачено, і підтвердження. Він ніколи не публікує наших банківських реквізитів, адрес і місць доставки.`,
    },
  },
}

/** The text somebody signs today, in their language. */
export function readStatement(kind: StatementKind, locale: Locale): Statement {
  const { version, text } = TEXTS[kind][locale]
  return { version, text, sha256: createHash('sha256').update(text, 'utf8').digest('hex') }
}

/** The text of a signed version, or null when its number or its hash is none of ours. */
export function findStatement(kind: StatementKind, version: string, sha256: string): Statement | null {
  const found = locales.map((locale) => readStatement(kind, locale)).find((text) => text.version === version)
  return found?.sha256 === sha256 ? found : null
}
