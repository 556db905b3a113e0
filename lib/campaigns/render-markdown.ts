import MarkdownIt from 'markdown-it'
import sanitizeHtml from 'sanitize-html'

/** Story headings stand below the page's h1 and its sections' h2. */
const ABOVE_STORY = 2

const markdown = new MarkdownIt('default', { html: false, linkify: true, breaks: false }).disable(['image'])
// Bare words such as "readme.md" are no links; only what says http is.
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false })

// People choose # or ### by size, not by rank: whatever they begin with is the first level, and none is left out,
// because screen readers walk through headings by rank.
markdown.core.ruler.push('heading_ranks', ({ tokens }) => {
  const open: number[] = []
  for (const token of tokens) {
    if (token.type === 'heading_open') {
      const level = Number(token.tag.slice(1))
      while ((open.at(-1) ?? 0) >= level) open.pop()
      open.push(level)
    }
    if (token.type.startsWith('heading_')) token.tag = `h${Math.min(6, ABOVE_STORY + open.length)}`
  }
})

/**
 * Turns what an organizer wrote into HTML that is safe on our pages: CommonMark with tables, no HTML of their own, no
 * pictures (evidence is uploaded, not hot-linked), headings from h3 down, links marked as user content.
 */
export function renderMarkdown(source: string): string {
  return sanitizeHtml(markdown.render(source), {
    allowedTags: [
      'p',
      'br',
      'hr',
      'h3',
      'h4',
      'h5',
      'h6',
      'strong',
      'em',
      's',
      'ul',
      'ol',
      'li',
      'blockquote',
      'code',
      'pre',
      'a',
      'table',
      'thead',
      'tbody',
      'tr',
      'th',
      'td',
    ],
    allowedAttributes: { a: ['href', 'rel'], ol: ['start'] },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowProtocolRelative: false,
    transformTags: {
      a: (_tag, attributes) => ({
        tagName: 'a',
        attribs: { ...(attributes['href'] ? { href: attributes['href'] } : {}), rel: 'nofollow ugc noopener' },
      }),
    },
  })
}
