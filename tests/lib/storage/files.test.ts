import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { resetEnv } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'
import { contentDisposition, nameFile } from '#lib/storage/name-file.ts'
import { openFile } from '#lib/storage/open-file.ts'
import { storeFile } from '#lib/storage/store-file.ts'
import { useDatabase } from '#tests/support/database.ts'

const database = useDatabase()
const chapterId = newId()
const person = (chapter: string, role: 'organizer' | 'treasurer' | 'auditor' = 'organizer'): Actor => ({
  kind: 'user',
  userId: newId(),
  name: 'Test',
  isAdmin: false,
  roles: [{ chapterId: chapter, role }],
})
const organizer = person(chapterId)
const guest: Actor = { kind: 'guest' }
let dataDir = ''

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'purse-files-'))
  process.env['DATA_DIR'] = dataDir
  resetEnv()
})

const picture = (format: 'jpeg' | 'png' | 'webp', width = 40, height = 30) =>
  sharp({ create: { width, height, channels: 3, background: '#0f5132' } })
    .toFormat(format)
    .toBuffer()
const pdf = (body = '1 0 obj <<>> endobj') => Buffer.from(`%PDF-1.7\n${body}\ntrailer\n%%EOF\n`)
const store = (bytes: Buffer, fileName = 'a.jpg', actor: Actor = organizer, isPublic = false) =>
  storeFile(actor, { bytes, fileName, purpose: 'evidence', chapterId, isPublic })
const refusal = (bytes: Buffer) =>
  store(bytes).then(
    () => 'accepted',
    (error: { code: string }) => error.code,
  )

describe('what is kept', () => {
  test.each(['jpeg', 'png', 'webp'] as const)('a %s is drawn anew and opened by its chapter', async (format) => {
    const id = await store(await picture(format), `photo.${format}`)
    const file = await openFile(organizer, id)
    expect(file.mediaType).toBe(`image/${format}`)
    expect((await sharp(file.bytes).metadata()).format).toBe(format)
  })

  test('EXIF and GPS are gone and the picture stands upright', async () => {
    const withPlace = await sharp(await picture('jpeg', 40, 30))
      .withExif({ IFD0: { Copyright: 'Somebody' }, IFD3: { GPSLatitude: '50/1 27/1 0/1', GPSLatitudeRef: 'N' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    expect((await sharp(withPlace).metadata()).exif).toBeDefined()
    const file = await openFile(organizer, await store(withPlace))
    const meta = await sharp(file.bytes).metadata()
    expect(meta.exif).toBeUndefined()
    expect([meta.width, meta.height]).toEqual([30, 40])
    expect(file.bytes.includes('Somebody')).toBe(false)
  })

  test('a large picture is made smaller', async () => {
    const file = await openFile(organizer, await store(await picture('jpeg', 4000, 1000)))
    expect((await sharp(file.bytes).metadata()).width).toBe(2400)
  })

  test('a PDF is kept byte for byte, under a random key, with its hash in the audit log', async () => {
    const id = await store(pdf(), '../../etc/passwd\r\nX: y.html')
    const row = await db().storedFile.findUniqueOrThrow({ where: { id } })
    expect(row.fileName).toBe('passwdX y.pdf')
    expect(await readFile(join(dataDir, 'files', row.storageKey.slice(0, 2), row.storageKey))).toEqual(pdf())
    const audit = await db().auditEvent.findFirstOrThrow({ where: { subjectId: id } })
    expect(audit.detail).toMatchObject({ sha256: row.sha256, purpose: 'evidence' })
  })
})

describe('what is refused', () => {
  test('HTML, SVG, archives, scripts and text, whatever their name says', async () => {
    for (const text of [
      '<!doctype html><script>alert(1)</script>',
      '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
      '<?xml version="1.0"?><svg/>',
      'PK\x03\x04 archive',
      'GIF89a<script>',
      'BM bitmap',
      'hello',
      ' %PDF-1.7\n%%EOF',
    ]) {
      expect(await refusal(Buffer.from(text, 'latin1')), text).toBe('file_refused')
    }
  })

  test('an empty file and one of more than 10 MB', async () => {
    expect(await refusal(Buffer.alloc(0))).toBe('file_refused')
    const huge = Buffer.concat([await picture('jpeg'), Buffer.alloc(10 * 1024 * 1024)])
    expect(await refusal(huge)).toBe('file_refused')
  })

  test('polyglots: a picture or PDF with a page, a PDF or an archive in it', async () => {
    const jpeg = await picture('jpeg')
    for (const tail of ['<script>alert(1)</script>', '<html>', '%PDF-1.7', 'PK\x05\x06']) {
      expect(await refusal(Buffer.concat([jpeg, Buffer.from(tail, 'latin1')])), tail).toBe('file_refused')
    }
    expect(await refusal(pdf('<html><script>alert(1)</script>'))).toBe('file_refused')
    expect(await refusal(Buffer.concat([pdf(), Buffer.from('PK\x05\x06 zip')]))).toBe('file_refused')
    expect(await refusal(pdf('PK\x05\x06 zip with the end of a PDF as its comment'))).toBe('file_refused')
  })

  test('a PDF that is cut off, of no version, or carries a program', async () => {
    expect(await refusal(pdf().subarray(0, 20))).toBe('file_refused')
    expect(await refusal(Buffer.from('%PDF-9.9\n%%EOF'))).toBe('file_refused')
    expect(await refusal(pdf('<< /S /JavaScript /JS (app.alert(1)) >>'))).toBe('file_refused')
    expect(await refusal(pdf('<< /S /Launch >>'))).toBe('file_refused')
  })

  test('a picture that unpacks to more than 50 million pixels', async () => {
    const bomb = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: '#000' } })
      .png({ compressionLevel: 9 })
      .toBuffer()
    expect(bomb.length).toBeLessThan(1_000_000)
    expect(await refusal(bomb)).toBe('file_refused')
  })

  test('a PDF as the picture of a campaign', async () => {
    const cover = storeFile(organizer, { bytes: pdf(), fileName: 'a.pdf', purpose: 'cover', chapterId })
    await expect(cover).rejects.toMatchObject({ code: 'file_refused' })
  })

  test('a damaged picture', async () => {
    expect(await refusal((await picture('png')).subarray(0, 60))).toBe('file_refused')
    expect(await refusal(Buffer.from('\xff\xd8\xff rest', 'latin1'))).toBe('file_refused')
  })

  test('a file by a guest, by another chapter and by a role that brings none', async () => {
    const image = await picture('png')
    await expect(store(image, 'a', guest)).rejects.toMatchObject({ code: 'not_signed_in' })
    await expect(store(image, 'a', person(newId()))).rejects.toMatchObject({ code: 'forbidden' })
    await expect(store(image, 'a', person(chapterId, 'auditor'))).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('who may open', () => {
  test('a private file is not found by guests and by other chapters, and the try is audited', async () => {
    const id = await store(await picture('png'))
    const stranger = person(newId())
    await expect(openFile(guest, id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(openFile(stranger, id)).rejects.toMatchObject({ code: 'not_found' })
    expect(await db().auditEvent.count({ where: { subjectId: id, action: 'access.refuse' } })).toBe(1)
    expect((await openFile(person(chapterId, 'auditor'), id)).id).toBe(id)
  })

  test('a public file is for anyone; guesses and paths are not found', async () => {
    const id = await store(await picture('png'), 'a.png', organizer, true)
    expect((await openFile(guest, id)).id).toBe(id)
    for (const guess of [newId(), '../../etc/passwd', '', "'; DROP TABLE stored_file"]) {
      await expect(openFile(guest, guess)).rejects.toMatchObject({ code: 'not_found' })
    }
  })

  test('bytes that were changed on disk are not served', async () => {
    const id = await store(await picture('png'))
    const { storageKey } = await db().storedFile.findUniqueOrThrow({ where: { id } })
    await writeFile(join(dataDir, 'files', storageKey.slice(0, 2), storageKey), 'other')
    await expect(openFile(organizer, id)).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('no half-written file stays behind', async () => {
    const names = (await readdir(join(dataDir, 'files'), { recursive: true })).filter((name) =>
      name.endsWith('.partial'),
    )
    expect(names).toEqual([])
  })

  test('the row of a file cannot be deleted or pointed elsewhere', async () => {
    const app = await database.asApp()
    await expect(app.query('DELETE FROM stored_file')).rejects.toThrow('permission denied')
    await expect(app.query(`UPDATE stored_file SET sha256 = 'x'`)).rejects.toThrow('only its publication')
  })
})

test('file names cannot break a header or leave their folder', () => {
  expect(nameFile('a"b;c\r\nSet-Cookie: x\u202egpj.exe', 'image/jpeg')).toBe('abcSet-Cookie xgpj.jpg')
  expect(nameFile('..', 'application/pdf')).toBe('file.pdf')
  expect(nameFile(`${'я'.repeat(500)}.pdf`, 'application/pdf')).toHaveLength(104)
  expect(contentDisposition('attachment', "квитанція '1'.pdf")).toBe(
    `attachment; filename="_________ '1'.pdf"; filename*=UTF-8''%D0%BA%D0%B2%D0%B8%D1%82%D0%B0%D0%BD%D1%86%D1%96%D1%8F%20%271%27.pdf`,
  )
})

describe('papers of a dossier', () => {
  test('never become public, whoever writes it and in whichever order', async () => {
    const chapter = await db().chapter.create({
      data: { ...{ slug: newId(), name: 'River', legalName: 'River', city: 'Riga' }, country: 'LV', currency: 'USD' },
    })
    const group = await db().aidGroup.create({
      data: {
        ...{ slug: newId(), name: 'Kitchen', summary: 'Cooks.', country: 'UA', region: 'Kharkiv' },
        ...{ status: 'draft', chapterId: chapter.id },
      },
    })
    const attach = (fileId: string) =>
      db().dossierDocument.create({
        data: { aidGroupId: group.id, kind: 'registration', fileId, caption: 'Register', addedBy: 'system:worker' },
      })
    const paper = await store(pdf(), 'paper.pdf')
    await attach(paper)
    await expect(db().$executeRaw`UPDATE stored_file SET is_public = true WHERE id = ${paper}::uuid`).rejects.toThrow(
      /CP321/,
    )
    await expect(attach(await store(pdf(), 'cover.pdf', organizer, true))).rejects.toThrow(/CP321/)
  })
})
