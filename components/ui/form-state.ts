/**
 * What a server action answers a form with. `fieldErrors` has the messages for each field name; the key '' holds what
 * concerns the form as a whole. After an error `values` returns what was typed, so that nothing is lost.
 */
export type FormState = {
  status: 'idle' | 'error' | 'done'
  message?: string
  fieldErrors: Record<string, string[]>
  /** What the fields with messages are called, where the summary above the form is to name them. */
  fieldNames?: Record<string, string>
  values: Record<string, string | string[]>
}

/** What a form says by itself, for pages in another language than English. */
export type FormWords = {
  /** Read out before a message. */
  error: string
  optional: string
  problem: string
  sending: string
  fileAgain: string
}

export const englishForm: FormWords = {
  error: 'Error: ',
  optional: '(optional)',
  problem: 'There is a problem',
  sending: 'Sending…',
  fileAgain: 'Please choose the file again: browsers do not keep it.',
}

export const idleForm: FormState = { status: 'idle', fieldErrors: {}, values: {} }

/** The signature of every server action behind an ActionForm. */
export type FormAction = (previous: FormState, formData: FormData) => Promise<FormState>
