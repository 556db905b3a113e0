import type { Role } from '#lib/auth/types.ts'

/** The roles as people read them. */
export const ROLE_NAMES: Record<Role, string> = {
  organizer: 'Organizer',
  treasurer: 'Treasurer',
  vetting_reviewer: 'Vetting reviewer',
  auditor: 'Auditor',
}

export const ROLE_OPTIONS = Object.entries(ROLE_NAMES).map(([value, label]) => ({ value, label }))
