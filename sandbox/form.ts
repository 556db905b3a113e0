import { invalidRequest } from './errors.ts'

export type FormValue = string | FormObject
export type FormObject = { [name: string]: FormValue }

const SEGMENT = /\[([^[\]]*)\]/g

/** Decodes `a[b][0]=c` and `a[]=c`. Whether numbered keys are a list is for the schema to say; repeated keys keep the last. */
export function decodeForm(text: string): FormObject {
  const root = emptyObject()
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const cut = pair.indexOf('=')
    const name = decode(cut < 0 ? pair : pair.slice(0, cut))
    assign(root, splitName(name), decode(cut < 0 ? '' : pair.slice(cut + 1)), name)
  }
  return root
}

/** Names a place in the decoded value the way Stripe's `param` does. */
export function paramName(path: readonly (string | number)[]): string {
  return path.map((part, index) => (index === 0 ? String(part) : `[${part}]`)).join('')
}

// Without a prototype, a parameter called __proto__ is only an unknown parameter.
function emptyObject(): FormObject {
  return Object.create(null) as FormObject
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw invalidRequest('Invalid request: the form encoding could not be read.')
  }
}

function splitName(name: string): string[] {
  const cut = name.indexOf('[')
  if (cut <= 0) return [name]
  return [name.slice(0, cut), ...[...name.slice(cut).matchAll(SEGMENT)].map((match) => match[1] ?? '')]
}

function assign(root: FormObject, path: string[], value: string, name: string): void {
  let node = root
  for (const [depth, part] of path.entries()) {
    const key = part === '' ? String(Object.keys(node).length) : part
    if (depth === path.length - 1) {
      node[key] = value
      return
    }
    const next = node[key] ?? emptyObject()
    if (typeof next === 'string') throw invalidRequest(`Invalid object: ${name}`, { param: name })
    node[key] = next
    node = next
  }
}
