import { expect, inject, test } from 'vitest'
import { checkJsBudget } from '../../bin/checks/js-budget.ts'

const LIVE = '/campaigns/bandages-and-insulin-for-three-field-clinics'

test('the campaign and donate pages load at most 12 KB of script above an empty page', async () => {
  const verdict = await checkJsBudget(inject('productUrl'), [LIVE, `${LIVE}/donate`])
  expect(verdict).toMatchObject({ ok: true })
})
