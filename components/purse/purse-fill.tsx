import type { AidCategory } from '#lib/campaigns/types.ts'
import { CATEGORY_PATTERN } from './aid-category.ts'
import type { PurseState } from './purse-segments.ts'

/** How an area looks: filled where spent, hatched where promised, empty where left. */
export type PurseLook = { state: PurseState; category?: AidCategory | undefined }

const lookKey = ({ state, category }: PurseLook) => `${state}-${category ?? 'none'}`

/** The value of `fill` for a look; `idPrefix` is that of the PurseFills in the same document. */
export function fillOf(idPrefix: string, look: PurseLook): string {
  return look.state === 'left' ? `url(#${idPrefix}-left)` : `url(#${idPrefix}-${lookKey(look)})`
}

/** The pattern definitions for these looks; goes in an svg's defs. */
export function PurseFills({ idPrefix, looks }: { idPrefix: string; looks: readonly PurseLook[] }) {
  const once = new Map(looks.map((look) => [look.state === 'left' ? 'left' : lookKey(look), look]))
  return [...once].map(([key, look]) => <PurseFill key={key} id={`${idPrefix}-${key}`} look={look} />)
}

function PurseFill({ id, look: { state, category } }: { id: string; look: PurseLook }) {
  const tint = category && `purse-${category}`
  if (state === 'left') {
    return (
      <pattern id={id} width="8" height="8" patternUnits="userSpaceOnUse">
        <rect width="8" height="8" className="purse-paper" />
      </pattern>
    )
  }
  if (state === 'promised') {
    return (
      <pattern
        id={id}
        width="7"
        height="7"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
        className={tint}
      >
        <rect width="7" height="7" className="purse-paper" />
        <path d="M1.1 0V7" className="purse-hatch" />
      </pattern>
    )
  }
  const mark = category && CATEGORY_PATTERN[category]
  return (
    <pattern id={id} width={mark?.width ?? 8} height={mark?.height ?? 8} patternUnits="userSpaceOnUse" className={tint}>
      <rect width="20" height="20" className="purse-ground" />
      {mark ? <path d={mark.path} strokeWidth={mark.strokeWidth} className="purse-mark" /> : null}
    </pattern>
  )
}

/** A small sample of a look, for legends. */
export function PurseSwatch({ idPrefix, look }: { idPrefix: string; look: PurseLook }) {
  return (
    <svg width="28" height="16" aria-hidden="true" className="mt-0.5 flex-none">
      <rect x="0.75" y="0.75" width="26.5" height="14.5" fill={fillOf(idPrefix, look)} />
      <rect x="0.75" y="0.75" width="26.5" height="14.5" className="purse-edge" />
    </svg>
  )
}
