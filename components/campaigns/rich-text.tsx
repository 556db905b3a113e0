/**
 * Text by people, as lib/campaigns/render-markdown.ts made it safe. The only place that puts HTML into a page: what it
 * is given must come from there.
 */
export function RichText({ safeHtml }: { safeHtml: string }) {
  const content = { dangerouslySetInnerHTML: { __html: safeHtml } }
  return <div className="prose" {...content} />
}
