import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { freePort } from '#lib/db/embedded-server.ts'

const secretsSchema = z.object({
  postgresPassword: z.string(),
  appPassword: z.string(),
  authSecret: z.string().min(32),
  sandboxKey: z.string(),
  webhookSecret: z.string(),
  sandboxPort: z.number(),
})
export type Secrets = z.infer<typeof secretsSchema>

/** The keys a start made for itself the first time, readable by its own user only, kept beside the data they open. */
export async function keepSecrets(dataDir: string): Promise<Secrets> {
  const file = join(dataDir, 'secrets.json')
  const known = await readFile(file, 'utf8').catch(() => undefined)
  if (known !== undefined) return secretsSchema.parse(JSON.parse(known))
  const word = () => randomBytes(24).toString('hex')
  const made: Secrets = {
    postgresPassword: word(),
    appPassword: word(),
    authSecret: word(),
    sandboxKey: `sk_test_${word()}`,
    webhookSecret: `whsec_${word()}`,
    sandboxPort: await freePort(),
  }
  // Written aside and renamed: a start killed here leaves either no file or a whole one.
  await writeFile(`${file}.new`, JSON.stringify(made, null, 2), { mode: 0o600 })
  await rename(`${file}.new`, file)
  return made
}
