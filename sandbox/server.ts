import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serveApi } from './api.ts'
import { Clock } from './clock.ts'
import type { Sandbox } from './context.ts'
import { serveControl } from './control.ts'
import { Faults } from './faults.ts'
import { readBody, sendJson } from './http.ts'
import { Ids } from './ids.ts'
import { readOptions, type SandboxOptions } from './options.ts'
import { showAuthentication, submitAuthentication } from './pages/authentication.ts'
import { showCheckout, submitCheckout } from './pages/checkout.ts'
import { showHome } from './pages/home.ts'
import { showInvoice, submitInvoice } from './pages/invoice.ts'
import { sendNotice } from './pages/layout.ts'
import { showPayment, submitPayment } from './pages/payment.ts'
import { showPayout, submitPayout } from './pages/payout.ts'
import { showPortal, submitPortal } from './pages/portal.ts'
import { showSetupAuthentication, submitSetupAuthentication } from './pages/setup-authentication.ts'
import { Store } from './store.ts'
import { advanceClock, runDueTasks, scheduleAutomaticPayout } from './tasks.ts'
import { requestChecker } from './validate.ts'
import { Deliverer } from './webhooks.ts'

const TICK_MS = 250

interface Page {
  show: (sandbox: Sandbox, response: ServerResponse, id: string) => void
  submit: (sandbox: Sandbox, response: ServerResponse, id: string, body: string) => void
}

/** The pages people see, by the beginning of their address. */
const PAGES: readonly [RegExp, Page][] = [
  [/^\/c\/pay\/(\w+)$/, { show: showCheckout, submit: submitCheckout }],
  [/^\/c\/authenticate\/(seti_\w+)$/, { show: showSetupAuthentication, submit: submitSetupAuthentication }],
  [/^\/c\/authenticate\/(\w+)$/, { show: showAuthentication, submit: submitAuthentication }],
  [/^\/i\/(\w+)$/, { show: showInvoice, submit: submitInvoice }],
  [/^\/p\/(\w+)$/, { show: showPortal, submit: submitPortal }],
  [/^\/d\/payments\/(ch_\w+)$/, { show: showPayment, submit: submitPayment }],
  [/^\/d\/payouts\/(po_\w+)$/, { show: showPayout, submit: submitPayout }],
]

export interface RunningSandbox {
  url: string
  port: number
  /** Moves the virtual clock and does everything that becomes due on the way. */
  advance(seconds: number): void
  /** Where events go from now on; the secrets stay when none are given. */
  setWebhook(url: string | undefined, secrets?: string[]): void
  /** Resolves when no delivery waits any more; rejects after the given time. */
  delivered(timeoutMs?: number): Promise<void>
  close(): Promise<void>
}

/** Starts a Stripe on 127.0.0.1. Rejects when the schemas are missing, the data is in use, or the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<RunningSandbox> {
  const checker = requestChecker()
  const store = new Store(options.dataDir)
  const sandbox = buildSandbox(store, options)
  const faults = new Faults()
  const deliverer = new Deliverer(sandbox)
  sandbox.kick = () => {
    try {
      runDueTasks(sandbox)
      deliverer.start()
    } catch (error) {
      // A task that fails stays due; the request that happened to wake it must not fail with it.
      console.error(error)
    }
  }
  const server = createServer((request, response) => {
    serve({ sandbox, checker, faults, deliverer }, request, response).catch((error: unknown) => {
      console.error(error)
      if (!response.headersSent)
        sendJson(response, 500, { error: { type: 'api_error', message: 'An unknown error occurred' } })
      else response.destroy()
    })
  })
  const port = await listen(server, options.port ?? 0).catch((error: unknown) => {
    store.close()
    throw error
  })
  const url = `http://127.0.0.1:${port}`
  sandbox.publicUrl = options.publicUrl?.replace(/\/$/, '') ?? url
  scheduleAutomaticPayout(sandbox)
  const timer = setInterval(() => sandbox.kick(), TICK_MS)
  const close = once(async () => {
    clearInterval(timer)
    sandbox.kick = () => undefined
    await deliverer.stop()
    await closeServer(server)
    store.close()
  })
  return {
    url,
    port,
    advance: (seconds) => {
      advanceClock(sandbox, seconds)
      sandbox.kick()
    },
    setWebhook: (webhookUrl, secrets) => {
      sandbox.webhook = { url: webhookUrl, secrets: secrets ?? sandbox.webhook.secrets }
    },
    delivered: (timeoutMs = 10_000) => waitUntilDelivered(deliverer, timeoutMs),
    close,
  }
}

type Parts = Parameters<typeof serveApi>[0] & Parameters<typeof serveControl>[0]

async function serve(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  if (path.startsWith('/v1/')) return serveApi(parts, request, response)
  if (path.startsWith('/_sandbox/')) return serveControl(parts, request, response)
  if (request.method === 'GET' && path === '/') return showHome(parts.sandbox, response)
  for (const [pattern, page] of PAGES) {
    const id = pattern.exec(path)?.[1]
    if (id !== undefined) return servePage(parts.sandbox, page, id, request, response)
  }
  const text = 'The sandbox has nothing at this address.'
  sendNotice(response, 404, { title: 'Not found', text, link: { href: '/', label: 'To the sandbox' } })
}

async function servePage(
  sandbox: Sandbox,
  page: Page,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'POST') page.submit(sandbox, response, id, await readBody(request))
  else page.show(sandbox, response, id)
}

function buildSandbox(store: Store, options: SandboxOptions): Sandbox {
  const defaults = readOptions({})
  return {
    store,
    clock: new Clock(store),
    ids: new Ids(store, options.seed),
    webhook: { url: options.webhookUrl, secrets: options.webhookSecrets ?? defaults.webhookSecrets ?? [] },
    publicUrl: '',
    settings: {
      apiKey: options.apiKey ?? defaults.apiKey ?? '',
      availableDelaySeconds: options.availableDelaySeconds ?? defaults.availableDelaySeconds ?? 0,
      balanceTransactionDelaySeconds: options.balanceTransactionDelaySeconds ?? 0,
      payoutIntervalSeconds: options.payoutIntervalSeconds ?? 0,
      payoutArrivalSeconds: options.payoutArrivalSeconds ?? 0,
      payoutPendingSeconds: options.payoutPendingSeconds ?? 0,
      debitNegativeBalances: options.debitNegativeBalances ?? false,
      refundDelaySeconds: options.refundDelaySeconds ?? defaults.refundDelaySeconds ?? 0,
      settlementCurrencies: options.settlementCurrencies ?? [],
      disputeFeeReturned: options.disputeFeeReturned ?? true,
    },
    request: { id: null, idempotency_key: null },
    kick: () => undefined,
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 1000).unref()
  })
}

async function waitUntilDelivered(deliverer: Deliverer, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (deliverer.pending() > 0) {
    if (Date.now() > deadline) throw new Error(`${deliverer.pending()} webhook deliveries are still waiting`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => {
    running ??= work()
    return running
  }
}
