import type { ReactNode } from 'react'
import type { PublicCampaign } from '#lib/campaigns/types.ts'

/** Picture and story with the panel of giving beside them; on a phone the panel comes right after the picture. */
export function CampaignStory({ campaign, children }: { campaign: PublicCampaign; children: ReactNode }) {
  const { coverFileId, coverAlt, storyHtml, chapterSlug, chapterName, chapterCity } = campaign
  return (
    <div className="grid gap-8 lg:grid-cols-[1fr_22rem] lg:items-start lg:gap-x-12">
      {coverFileId ? (
        <img
          src={`/files/${coverFileId}`}
          alt={coverAlt ?? ''}
          fetchPriority="high"
          className="aspect-video w-full rounded-md bg-sunk object-cover lg:col-start-1"
        />
      ) : null}
      <div className="lg:sticky lg:top-4 lg:col-start-2 lg:row-span-2 lg:row-start-1">{children}</div>
      <div className="flex flex-col gap-4 lg:col-start-1">
        <p className="text-sm text-ink-soft">
          Raised by the chapter <a href={`/reports/${chapterSlug}`}>{chapterName}</a>
          {chapterName.includes(chapterCity) ? null : `, ${chapterCity}`}
        </p>
        <h2 className="sr-only">The story</h2>
        {/* Sanitized when it was rendered: lib/campaigns/render-markdown.ts. */}
        <Html html={storyHtml} />
      </div>
    </div>
  )
}

/** HTML that lib/campaigns made safe, shown as prose. */
export function Html({ html }: { html: string }) {
  return <div className="prose" {...{ dangerouslySetInnerHTML: { __html: html } }} />
}
