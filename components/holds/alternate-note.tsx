/** What a campaign says before anybody gives about the case that the vetting of its own groups fails. */
export function AlternateNote({ alternate }: { alternate: { name: string; slug: string } | null }) {
  return (
    <p className="max-w-prose text-sm leading-6 text-ink-soft">
      If the vetting of the aid group fails, nothing more is sent.{' '}
      {alternate ? (
        <>
          You choose: the part of your gift that is not spent comes back to you, or goes on to{' '}
          <a href={`/aid-groups/${alternate.slug}`}>{alternate.name}</a>. If you say nothing, it goes on.
        </>
      ) : (
        'The part of your gift that is not spent comes back to you.'
      )}
    </p>
  )
}
