import { cookies } from 'next/headers'
import { cache } from 'react'
import { sessionCookie } from './configure-next-auth.ts'
import { readSession } from './read-session.ts'
import type { Actor } from './types.ts'

/** Who makes this request, with their roles of this moment; a guest when nobody is signed in. Read once a request. */
export const currentActor: () => Promise<Actor> = cache(async () =>
  readSession((await cookies()).get(sessionCookie().name)?.value),
)
