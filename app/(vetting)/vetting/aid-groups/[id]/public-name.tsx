import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import type { UserActor } from '#lib/auth/types.ts'
import { refusePublicAlias } from '#lib/vetting/set-public-alias.ts'
import type { AidGroupForDesk } from '#lib/vetting/types.ts'
import { rename } from '../actions.ts'

type Props = { actor: UserActor; group: AidGroupForDesk }

/** What everybody sees of the group. A reviewer can take its name out of the public at any time. */
export function PublicName({ actor, group }: Props) {
  const refusal = refusePublicAlias(actor, group.chapterId)
  return (
    <Panel
      id="public-name"
      title="What the public sees"
      intro="Where its name would put people at risk the group goes by another one everywhere outside this chapter."
    >
      <details>
        <summary className="min-h-8">{group.publicAlias === null ? 'Give it a public name' : 'Change it'}</summary>
        {refusal ? (
          <p className="mt-2 max-w-prose">{refusal.message}</p>
        ) : (
          <ActionForm
            action={rename}
            submitLabel="Save the public name"
            submitVariant="secondary"
            label="Public name"
            className="mt-2 flex max-w-form flex-col gap-4"
          >
            <HiddenField name="aidGroupId" value={group.id} />
            <TextField
              name="publicAlias"
              label="Public name"
              hint="The page’s address is made of it at once, and the old address leads nowhere. The new name is screened by itself; until then no payment goes out."
              defaultValue={group.publicAlias ?? ''}
            />
            <TextareaField
              name="summary"
              label="What it does"
              hint="Everybody reads it: no real name, no places, no people."
              defaultValue={group.summary}
              rows={4}
            />
            <TextField
              name="publishAfterDays"
              label="Days until a payment becomes public"
              hint="Until then everybody sees its amount and month. It can become longer here; shorter only with an approval."
              defaultValue={String(group.publishAfterDays)}
              inputMode="numeric"
              width="tiny"
            />
          </ActionForm>
        )}
      </details>
    </Panel>
  )
}
