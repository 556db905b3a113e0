'use client'

import { useEffect, useState } from 'react'
import type { GivingChallenge as Asked } from '#lib/donations/read-defence.ts'
import { findProof } from './find-proof.ts'

const TRIES_AT_ONCE = 4_000

/**
 * What a giver's browser has to do while many stolen cards are tried: a second of work beside the typing, or Turnstile's
 * own widget. Without JavaScript the form answers with a moment to wait instead.
 */
export function GivingChallenge({ challenge }: { challenge: Asked }) {
  return (
    <div className="border-l-6 border-rule px-4 py-2 text-sm">
      {challenge.kind === 'work' ? <Work work={challenge.work} /> : <Widget {...challenge} />}
      <noscript>
        <p>Many stolen cards are being tried here just now. After the button you will be asked to wait a moment.</p>
      </noscript>
    </div>
  )
}

function Work({ work }: { work: Extract<Asked, { kind: 'work' }>['work'] }) {
  const [proof, setProof] = useState('')
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    const search = (from: number) => {
      const found = findProof(work, from, TRIES_AT_ONCE)
      if (found === null) timer = setTimeout(search, 0, from + TRIES_AT_ONCE)
      else setProof(`${work.token}.${found}`)
    }
    search(0)
    return () => clearTimeout(timer)
  }, [work])
  return (
    <>
      <input type="hidden" name="proof" value={proof} />
      <p role="status">
        {proof === ''
          ? 'Your browser does a small piece of work that keeps stolen cards away. Go on typing.'
          : 'Your browser has done its piece of work against stolen cards.'}
      </p>
    </>
  )
}

function Widget({ siteKey, scriptUrl }: Extract<Asked, { kind: 'turnstile' }>) {
  useEffect(() => {
    const script = document.createElement('script')
    script.src = scriptUrl
    script.async = true
    document.head.append(script)
    return () => script.remove()
  }, [scriptUrl])
  return <div className="cf-turnstile" data-sitekey={siteKey} />
}
