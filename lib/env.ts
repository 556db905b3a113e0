import { z } from 'zod'

const url = (...protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol.replace(':', '')), {
    message: `must be a URL that starts with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`,
  })
const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be between ${min} and ${max}`)
const commaList = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
)
/** `un=https://…/consolidated.xml, ofac=https://…/sdn.csv https://…/alt.csv https://…/add.csv` */
const addressesBySource = z.string().transform((text, context) => {
  const lists: Record<string, string[]> = {}
  for (const part of text.split(',').filter((one) => one.trim() !== '')) {
    const [, source, addresses = ''] = /^\s*(ofac|un|eu|uk|opensanctions)\s*=\s*(\S.*)$/.exec(part) ?? []
    const urls = addresses.trim().split(/\s+/)
    if (source && urls.every((one) => URL.canParse(one) && new URL(one).protocol === 'https:')) lists[source] = urls
    else
      context.addIssue({
        code: 'custom',
        message: 'must be like un=https://…, ofac=https://…sdn.csv https://…alt.csv https://…add.csv',
      })
  }
  return lists
})

/** Every setting of the product. `docs/operations.md` is written from the descriptions. */
const envSchema = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
  PORT: wholeNumber(1, 65535).default(3000).describe('The port of the web app.'),
  HOST: z.string().default('127.0.0.1').describe('The address the web app listens on.'),
  APP_URL: url('http', 'https').optional().describe('The canonical address people use; links in mails start with it.'),
  DATA_DIR: z.string().min(1).default('.data').describe('Where the database, evidence files and generated keys live.'),
  DATABASE_URL: url('postgresql', 'postgres')
    .optional()
    .describe('A PostgreSQL >= 18 login that may create roles. Without it the program brings its own.'),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_(test|live)_\w+$/, 'must be a Stripe secret key: sk_test_…, sk_live_… or a restricted rk_…')
    .optional()
    .describe('A real Stripe account. Without it the sandbox takes its place.'),
  STRIPE_API_BASE: url('http', 'https').optional().describe('Another address for the Stripe API; the sandbox sets it.'),
  STRIPE_WEBHOOK_SECRETS: commaList
    .optional()
    .describe('The signing secrets of the webhook endpoint, comma separated while one is being rotated.'),
  TRUSTED_PROXY_HOPS: wholeNumber(0, 10)
    .default(0)
    .describe(
      'How many of our own proxies stand in front, each adding to X-Forwarded-For. 0: that header is not read.',
    ),
  TURNSTILE_SITE_KEY: z
    .string()
    .min(1)
    .optional()
    .describe(
      'With TURNSTILE_SECRET_KEY: Cloudflare Turnstile in place of our own proof of work, when one is asked for.',
    ),
  TURNSTILE_SECRET_KEY: z.string().min(1).optional().describe('The secret of the same Turnstile widget.'),
  TURNSTILE_URL: url('http', 'https').default('https://challenges.cloudflare.com').describe('Where Turnstile answers.'),
  HOLD_CHOICE_DAYS: wholeNumber(1, 90)
    .default(14)
    .describe('How many days givers have to choose when the vetting of a campaign’s aid group has failed.'),
  SMTP_URL: url('smtp', 'smtps')
    .optional()
    .describe('The mail server. Without it mails are shown in the mailbox page.'),
  MAIL_FROM: z.string().min(3).default('Common Purse <purse@localhost>').describe('The sender of every mail.'),
  AUTH_SECRET: z.string().min(32, 'must be at least 32 characters').optional().describe('Signs links and cookies.'),
  ADMIN_EMAIL: z
    .email()
    .optional()
    .describe('The first instance administrator, made at the start while there is none.'),
  SOURCE_URL: url('http', 'https')
    .optional()
    .describe('Where users get the source of this installation, as the licence asks.'),
  SCREENING_LIST_URLS: addressesBySource
    .default({})
    .describe(
      'Where sanctions lists are fetched once a day: source=https://address, comma separated; several files of one list stand one after another.',
    ),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
})

/** What a running app or worker needs; `bin/start` fills in what it made itself. */
const runtimeSchema = envSchema
  .extend({
    SANDBOX: z
      .enum(['0', '1'])
      .default('0')
      .transform((flag) => flag === '1'),
  })
  .required({
    APP_URL: true,
    DATABASE_URL: true,
    STRIPE_SECRET_KEY: true,
    STRIPE_WEBHOOK_SECRETS: true,
    AUTH_SECRET: true,
  })

export type StartEnv = z.infer<typeof envSchema>
export type Env = z.infer<typeof runtimeSchema>

/** Thrown at start; `message` has one line for each wrong variable and never repeats its value, which may be secret. */
export class EnvError extends Error {
  override readonly name = 'EnvError'
}

/** Reads the settings a person gives to `npm start`. Empty variables count as absent. */
export function parseStartEnv(source: Record<string, string | undefined>): StartEnv {
  const parsed = parseWith(envSchema, source)
  if (parsed.STRIPE_SECRET_KEY && !parsed.STRIPE_WEBHOOK_SECRETS) {
    throw new EnvError(
      'STRIPE_WEBHOOK_SECRETS: is needed with STRIPE_SECRET_KEY; copy it from the webhook endpoint in Stripe.',
    )
  }
  return parsed
}

let cached: Env | undefined

/** The settings of this process, read once. */
export function env(): Env {
  cached ??= parseWith(runtimeSchema, process.env)
  return cached
}

/** Forgets what was read, for tests that change the environment. */
export function resetEnv(): void {
  cached = undefined
}

function parseWith<T>(schema: z.ZodType<T>, source: Record<string, string | undefined>): T {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''))
  const result = schema.safeParse(present)
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? 'environment')
    return `${name}: ${present[name] === undefined ? 'is missing' : issue.message}`
  })
  throw new EnvError([...new Set(lines)].join('\n'))
}
