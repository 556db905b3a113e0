import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { FileField } from '#components/ui/file-field.tsx'
import type { FormAction } from '#components/ui/form-state.ts'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import type { DossierDocument } from '#lib/vetting/read-dossier.ts'
import type { DocumentKind } from '#lib/vetting/types.ts'
import { EntryList } from './entry-list.tsx'
import { formWords, type Say } from './say.ts'

type DocumentsStepProps = {
  say: Say
  documents: readonly (DossierDocument & { isFixed: boolean })[]
  kinds: readonly DocumentKind[]
  missing: readonly DocumentKind[]
  /** The address of a document's file. */
  fileHref: (fileId: string) => string
  isOpen: boolean
  add: FormAction
  remove: FormAction
}

/** The papers, each of a kind, and the form that adds one. */
export function DocumentsStep(props: DocumentsStepProps) {
  const { say, documents, kinds, missing, fileHref, isOpen, add, remove } = props
  return (
    <>
      {missing.length > 0 ? (
        <Alert kind="attention" title={say('documents.needText')}>
          <ul className="list-disc pl-5">
            {missing.map((kind) => (
              <li key={kind}>{say(`kinds.${kind}`)}</li>
            ))}
          </ul>
        </Alert>
      ) : null}
      <EntryList
        say={say}
        title={say('documents.list')}
        none={say('documents.none')}
        entries={documents.map((document, position) => ({
          id: document.id,
          name: say(`kinds.${document.kind}`),
          lines: [
            <a key="file" href={fileHref(document.fileId)}>
              {document.fileName}{' '}
              <span className="figures">
                ({say('documents.size', { size: String(Math.ceil(document.byteCount / 1000)) })})
              </span>
            </a>,
            document.caption,
          ],
          // Two files may have one name: the number tells their buttons apart for whoever hears the page.
          removeLabel: say('documents.removeOf', { name: `${position + 1}. ${document.fileName}` }),
          isFixed: document.isFixed,
        }))}
        field="documentId"
        remove={isOpen ? remove : null}
      />
      {isOpen ? (
        <section aria-labelledby="add" className="rounded-md border border-rule bg-sheet p-4 sm:p-6">
          <h2 id="add" className="mb-4 text-lg">
            {say('documents.addTitle')}
          </h2>
          <ActionForm
            action={add}
            words={formWords(say)}
            submitLabel={say('documents.add')}
            label={say('documents.addTitle')}
            className="flex flex-col gap-6"
          >
            <SelectField
              name="kind"
              label={say('documents.kind')}
              options={kinds.map((kind) => ({ value: kind, label: say(`kinds.${kind}`) }))}
              placeholder={say('form.choose')}
              {...(missing[0] ? { defaultValue: missing[0] } : {})}
            />
            <FileField
              name="file"
              label={say('documents.file')}
              hint={say('documents.fileHint')}
              accept="application/pdf,image/jpeg,image/png,image/webp"
            />
            <TextField name="caption" label={say('documents.caption')} hint={say('documents.captionHint')} optional />
          </ActionForm>
        </section>
      ) : null}
    </>
  )
}
