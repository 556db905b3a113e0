import { stripe } from '#lib/stripe/client.ts'
import { type Act, currentAct, Died, offStage } from './act.ts'

type MakeRequest = (...args: unknown[]) => Promise<unknown>
type Insides = {
  getApiField: (name: 'httpClient') => { makeRequest: MakeRequest }
  _requestSender: { _getSleepTimeInMS: () => number }
}

/** Asks the sandbox to fail its next answers. */
type Trouble = (trouble: string, times: number) => Promise<void>

/** The same gate before every request to Stripe. A retry of the SDK passes it again, at once. */
export function breakStripe(trouble: Trouble): void {
  const client = stripe() as unknown as Insides
  client._requestSender._getSleepTimeInMS = () => 0
  const http = client.getApiField('httpClient')
  const real = http.makeRequest.bind(http)
  http.makeRequest = async (...args) => {
    const act = currentAct()
    return act ? guarded(act, trouble, () => real(...args)) : real(...args)
  }
}

async function guarded(act: Act, trouble: Trouble, send: () => Promise<unknown>): Promise<unknown> {
  if (act.dead) throw new Died()
  await act.turn?.()
  if (act.dead) throw new Died()
  act.calls += 1
  act.stripeCalls += 1
  const { fault } = act
  if (fault?.kind === 'stripe' && fault.call === act.stripeCalls && !act.struck) {
    act.struck = true
    await offStage(() => trouble(fault.trouble, fault.times))
  }
  const isLast = fault?.kind === 'die' && fault.call === act.calls && !act.struck
  if (isLast && fault.moment === 'before') {
    act.struck = true
    act.dead = true
    throw new Died()
  }
  const answer = await send()
  if (isLast) {
    act.struck = true
    act.dead = true
    throw new Died()
  }
  return answer
}
