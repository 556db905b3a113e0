import { expect, test } from 'vitest'
import { EnvError, parseStartEnv } from '#lib/env.ts'

test('no setting at all is a valid start', () => {
  expect(parseStartEnv({})).toMatchObject({ PORT: 3000, DATA_DIR: '.data', HOST: '127.0.0.1' })
})

test('each wrong variable gets one line, and no value is repeated', () => {
  const wrong = { PORT: '70000', SMTP_URL: 'ftp://x', AUTH_SECRET: 'tiny', STRIPE_SECRET_KEY: 'pk_live_visible' }
  const error = (() => {
    try {
      parseStartEnv(wrong)
    } catch (thrown) {
      return thrown
    }
  })()
  expect(error).toBeInstanceOf(EnvError)
  const lines = (error as EnvError).message.split('\n')
  expect(lines).toHaveLength(4)
  expect(lines.map((line) => line.split(':')[0])).toEqual(['PORT', 'STRIPE_SECRET_KEY', 'SMTP_URL', 'AUTH_SECRET'])
  expect((error as EnvError).message).not.toContain('pk_live_visible')
})

test('a real Stripe key without a webhook secret stops the start', () => {
  expect(() => parseStartEnv({ STRIPE_SECRET_KEY: 'sk_test_abc' })).toThrow('STRIPE_WEBHOOK_SECRETS')
})

test('an empty variable counts as absent', () => {
  expect(parseStartEnv({ DATABASE_URL: '', PORT: '' }).DATABASE_URL).toBeUndefined()
})
