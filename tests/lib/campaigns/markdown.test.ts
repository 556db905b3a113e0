import { expect, test } from 'vitest'
import { renderMarkdown } from '#lib/campaigns/render-markdown.ts'

test('ordinary text keeps its shape, with headings below those of the page', () => {
  const html = renderMarkdown(
    '# Why\n\nWe **cook** for *800* people.\n\n- warm\n- daily\n\n> thanks\n\n| a | b |\n|---|---|\n| 1 | 2 |',
  )
  expect(html).toContain('<h3>Why</h3>')
  expect(html).toContain('<strong>cook</strong>')
  expect(html).toContain('<li>warm</li>')
  expect(html).toContain('<td>1</td>')
})

test('headings begin right below the page and leave out no rank, whatever signs were chosen', () => {
  const ranks = (source: string) => [...renderMarkdown(source).matchAll(/<(h\d)>/g)].map(([, rank]) => rank)
  expect(ranks('## a\n\n#### b\n\n## c\n\n# d\n\n## e')).toEqual(['h3', 'h4', 'h3', 'h3', 'h4'])
})

test('links leave with the marks of user content and nothing else', () => {
  expect(renderMarkdown('[site](https://example.org "t")')).toContain(
    '<a href="https://example.org" rel="nofollow ugc noopener">site</a>',
  )
  expect(renderMarkdown('see https://example.org/a')).toContain('rel="nofollow ugc noopener"')
  expect(renderMarkdown('readme.md and evil.com')).not.toContain('<a')
})

test.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '![x](https://example.org/track.gif)',
  '<iframe src="//evil"></iframe>',
  '<svg onload=alert(1)>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\nscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](vbscript:msgbox(1))',
  '[x](//evil.example)',
  '<a href="https://x" onclick="alert(1)">x</a>',
  '<style>body{display:none}</style>',
  '<form action=//evil><input name=password>',
  '[a](https://x "onmouseover=alert(1) x=")',
  '`<script>`\n\n    <script>alert(1)</script>',
  '<math><mtext></p><img src=x onerror=alert(1)>',
  '<base href=//evil>',
  '[ref]\n\n[ref]: javascript:alert(1)',
  '<javascript:alert(1)>',
  '<div style="position:fixed;inset:0">x</div>',
])('%s is inert', (hostile) => {
  const tags = [...renderMarkdown(hostile).matchAll(/<[^>]*>/g)].map(([tag]) => tag).join('')
  expect(tags).not.toMatch(
    /script|onerror|onload|onclick|onmouseover|<img|<svg|<iframe|<style|<form|<base|<math|<div|style=|data:/i,
  )
  expect(tags).not.toMatch(/href="(?!https?:|mailto:)/i)
})

test('deep nesting and long lines end', () => {
  expect(renderMarkdown(`${'>'.repeat(5_000)}x`).length).toBeLessThan(50_000)
  expect(renderMarkdown('[['.repeat(5_000)).length).toBeLessThan(50_000)
  expect(renderMarkdown('*a_'.repeat(5_000)).length).toBeLessThan(200_000)
})
