import { z } from 'zod'
import { type Actor, actorId } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { isCountry, latin, needed } from './check-section.ts'
import { dayText, idText } from './schema.ts'
import { transliteratePerson } from './transliterate-person.ts'
import { personRoles } from './types.ts'
import { writeDossier } from './write-dossier.ts'

const PEOPLE_MAX = 40

const line = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' ? value.normalize('NFC').trim() : ''))
const countryOrNone = line
  .pipe(z.string().refine((text) => text === '' || isCountry(text), { error: 'country' }))
  .transform((text) => text || null)
const asList = (value: unknown) => (Array.isArray(value) ? value : typeof value === 'string' ? value.split('\n') : [])

const personSchema = z.object({
  aidGroupId: idText,
  roles: z
    .unknown()
    .optional()
    .transform((value) => personRoles.filter((role) => asList(value).includes(role)))
    .refine((roles) => roles.length > 0, { error: 'role' }),
  nameOriginal: line.pipe(needed(200, 2)),
  /** Left out it is transliterated; pages show that first, so that the person can correct it. */
  nameLatin: line.pipe(z.union([z.literal(''), latin(200)])),
  aliases: z
    .unknown()
    .optional()
    .transform((value) =>
      [...new Set(asList(value).map((name) => String(name).normalize('NFC').trim()))].filter(Boolean),
    )
    .pipe(z.array(needed(200)).max(20, { error: 'too_long' })),
  birthDate: dayText
    .catch((context) => {
      context.issues.splice(0, context.issues.length, {
        code: 'custom',
        path: [],
        message: 'day',
        input: context.value,
      })
      return null
    })
    .refine((day) => day === null || (day <= now() && day.getUTCFullYear() > 1900), { error: 'born' }),
  nationality: countryOrNone,
  country: countryOrNone,
})

/** Names a controller, owner or signatory and answers the person's id. A correction is a new person and a removal. */
export async function addPerson(actor: Actor, input: unknown): Promise<string> {
  const { aidGroupId, nameLatin, ...person } = parseInput(personSchema, input)
  const id = newId()
  return await writeDossier(actor, { aidGroupId, part: 'people' }, async (tx) => {
    const count = await tx.dossierPerson.count({ where: { aidGroupId, removedAt: null } })
    if (count >= PEOPLE_MAX) throw new AppError('conflict', `A dossier names at most ${PEOPLE_MAX} people.`)
    await tx.dossierPerson.create({
      data: {
        ...{ ...person, id, aidGroupId, nameLatin: nameLatin || transliteratePerson(person.nameOriginal) },
        ...{ addedBy: actorId(actor), addedAt: now() },
      },
    })
    return { result: id, event: { action: 'aid_group.add_person', detail: { personId: id, roles: person.roles } } }
  })
}

const removalSchema = z.object({ aidGroupId: idText, personId: idText })

/** Takes a person out of those in force; the row stays. */
export async function removePerson(actor: Actor, input: unknown): Promise<void> {
  const { aidGroupId, personId } = parseInput(removalSchema, input)
  await writeDossier(actor, { aidGroupId, part: 'people' }, async (tx) => {
    const removal = { removedBy: actorId(actor), removedAt: now() }
    const { count } = await tx.dossierPerson.updateMany({
      where: { id: personId, aidGroupId, removedAt: null },
      data: removal,
    })
    return { result: undefined, event: count ? { action: 'aid_group.remove_person', detail: { personId } } : null }
  })
}
