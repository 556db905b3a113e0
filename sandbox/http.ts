import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApiError } from './errors.ts'

const BODY_BYTES_MAX = 16 * 1024 * 1024

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_BYTES_MAX) throw new ApiError(413, { type: 'invalid_request_error', message: 'Request too large.' })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  sendText(
    response,
    status,
    'application/json',
    typeof body === 'string' ? body : JSON.stringify(body, null, 2),
    headers,
  )
}

export function sendText(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  headers: Record<string, string> = {},
): void {
  const length = String(Buffer.byteLength(text))
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': length,
    'Cache-Control': 'no-store',
    ...headers,
  })
  response.end(text)
}

/** 303: the browser follows with a GET, so a reload never pays again. */
export function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { Location: location, 'Cache-Control': 'no-store' })
  response.end()
}
