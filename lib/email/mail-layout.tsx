import { Body, Container, Head, Heading, Hr, Html, Link, Preview, Section, Text } from '@react-email/components'
import type { ReactNode } from 'react'

const SERIF = 'Georgia, "Times New Roman", serif'
const SANS = 'system-ui, -apple-system, "Segoe UI", sans-serif'
export const mailText = { fontFamily: SANS, fontSize: '16px', lineHeight: '24px', color: '#1c1a16', margin: '0 0 16px' }
const small = { ...mailText, fontSize: '14px', lineHeight: '20px', color: '#57524a' }

type MailLayoutProps = { preview: string; heading: string; children: ReactNode; footer: string; lang?: 'en' | 'uk' }

/** The frame of every mail: paper, ink, one heading. `preview` is what an inbox shows beside the subject. */
export function MailLayout(props: MailLayoutProps) {
  return (
    <Html lang={props.lang ?? 'en'}>
      <Head />
      <Preview>{props.preview}</Preview>
      <Body style={{ backgroundColor: '#faf6ed', margin: 0, padding: '24px 12px' }}>
        <Container
          style={{ backgroundColor: '#fffdf8', border: '1px solid #d8d0c0', maxWidth: '560px', padding: '24px' }}
        >
          <Text style={{ ...mailText, fontFamily: SERIF, fontWeight: 600 }}>Common Purse</Text>
          <Heading
            as="h1"
            style={{ fontFamily: SERIF, fontSize: '25px', lineHeight: '32px', color: '#1c1a16', margin: '0 0 16px' }}
          >
            {props.heading}
          </Heading>
          {props.children}
          <Hr style={{ borderColor: '#d8d0c0', margin: '24px 0 16px' }} />
          <Text style={{ ...small, margin: 0 }}>{props.footer}</Text>
        </Container>
      </Body>
    </Html>
  )
}

// In the text version the address alone says it.
const HTML_ONLY = { 'data-skip-in-text': 'true' }

/** The mail's one action, with the address below it for readers that show no links. */
export function MailAction(props: { href: string; children: string; orOpen?: string }) {
  const { href, children, orOpen = 'Or open this address: ' } = props
  return (
    <Section>
      <Link
        {...HTML_ONLY}
        href={href}
        style={{
          display: 'inline-block',
          backgroundColor: '#1d5c3f',
          color: '#ffffff',
          fontFamily: SANS,
          fontWeight: 600,
          padding: '12px 24px',
          borderRadius: '6px',
          textDecoration: 'none',
        }}
      >
        {children}
      </Link>
      <Text style={{ ...small, margin: '16px 0 0', wordBreak: 'break-all' }}>
        <span {...HTML_ONLY}>{orOpen}</span>
        <Link href={href} style={{ color: '#1d5c3f' }}>
          {href}
        </Link>
      </Text>
    </Section>
  )
}
