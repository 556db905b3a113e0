import { redirect } from 'next/navigation'

/**
 * Ends a public page whose subject does not exist. Next draws what `notFound()` shows only with JavaScript
 * (vercel/next.js#62228), and without it the page stays blank; an address that no route has is drawn by the server.
 */
export function nothingHere(): never {
  redirect('/nothing-here')
}
