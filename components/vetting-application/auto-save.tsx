'use client'

import { useEffect, useRef, useState } from 'react'

const QUIET_MS = 4_000

type AutoSaveProps = {
  /** A bound server action: keeps what stands in the form, answers when. */
  save: (formData: FormData) => Promise<{ at: string } | null>
  /** With `{time}` in it. */
  saved: string
  unsaved: string
}

/** With JavaScript the form is also saved by itself: some seconds after the last key, and when the page is left. */
export function AutoSave({ save, saved, unsaved }: AutoSaveProps) {
  const place = useRef<HTMLParagraphElement>(null)
  const [words, setWords] = useState('')
  useEffect(() => {
    const form = place.current?.closest('form')
    if (!form) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let isChanged = false
    const keep = async () => {
      clearTimeout(timer)
      if (!isChanged) return
      isChanged = false
      const answer = await save(new FormData(form)).catch(() => null)
      setWords(answer ? saved.replace('{time}', answer.at) : unsaved)
    }
    const wait = () => {
      isChanged = true
      setWords(unsaved)
      clearTimeout(timer)
      timer = setTimeout(() => void keep(), QUIET_MS)
    }
    const leave = () => {
      if (document.visibilityState === 'hidden') void keep()
    }
    const sent = () => {
      isChanged = false
      clearTimeout(timer)
    }
    form.addEventListener('input', wait)
    form.addEventListener('submit', sent)
    document.addEventListener('visibilitychange', leave)
    return () => {
      clearTimeout(timer)
      form.removeEventListener('input', wait)
      form.removeEventListener('submit', sent)
      document.removeEventListener('visibilitychange', leave)
    }
  }, [save, saved, unsaved])
  return (
    <p ref={place} role="status" className="figures min-h-6 text-sm text-ink-soft">
      {words}
    </p>
  )
}
