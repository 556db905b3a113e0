/** The roles a person may hold in a chapter. */
export type Role = 'organizer' | 'treasurer' | 'vetting_reviewer' | 'auditor'

export type UserActor = {
  kind: 'user'
  userId: string
  name: string
  isAdmin: boolean
  roles: readonly { chapterId: string; role: Role }[]
}

/** Somebody who is not signed in: may give, and look at what is public. */
type GuestActor = { kind: 'guest' }

/** A program of ours; it may do what no person asked for, and is named in the audit log. */
export type SystemActor = { kind: 'system'; name: 'webhook' | 'worker' | 'seed' | 'sweeper' | 'defence' }

/** Whoever holds the link of one application: they speak for that aid group and see nothing else. */
export type ApplicantActor = { kind: 'applicant'; aidGroupId: string; applicationId: string }

/** Whoever asks for a write or a scoped read. Every write in lib takes one first. */
export type Actor = UserActor | GuestActor | SystemActor | ApplicantActor

/** How the audit log and the ledger name an actor: a user's id, `guest`, `system:name` or `applicant:id of the application`. */
export function actorId(actor: Actor): string {
  if (actor.kind === 'user') return actor.userId
  if (actor.kind === 'applicant') return `applicant:${actor.applicationId}`
  return actor.kind === 'guest' ? 'guest' : `system:${actor.name}`
}
