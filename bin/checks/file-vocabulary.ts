import { listProjectFiles } from './project-files.ts'
import { type Verdict, verdictOf } from './verdict.ts'

const FEATURES =
  /^lib\/(audit|auth|ledger|screening|purposes|vetting|campaigns|donations|disbursements|webhooks|reconciliation|holds|reports)\/(.+)$/
const FIXED = new Set(['schema', 'states', 'policy', 'queries', 'types'])
const EMPTY_NAMES = /(^|\/)(index|utils?|helpers?|services?|managers?|misc|commons?)(\.[a-z]+)*\.(ts|tsx|js|mjs|css)$/

/** The first word of `<verb>-<noun>.ts`. A new verb is added here; a new kind of file needs a decision. */
const VERBS = new Set(
  `accept add align answer append apply approve archive ask assign attach authorize backfill build cancel change check claim close
   collect commit compare complete configure confirm consume count create cure decide declare decline decrypt delete deliver describe diff disable discard
   dispute edit enable encrypt encumber end enroll erase expire explain export extract fail find finish flag fold forget freeze
   grant handle hash hold import invite issue judge keep limit link list load lock log mail make mark match merge move nominate
   normalize notify number offer open order page parse pause pay pledge post prepare preview process publish quarantine rank read receive
   recheck recompute reconcile record redirect refresh refund register reject release remind remove render renew replace
   request require resend reserve resolve restore resume retire retry return reveal reverse review revoke rotate route run
   save scan schedule score screen seal search seed send set settle share sign split start stop store stream submit suspend sweep
   sync tokenize trace transfer transliterate trip unlink update upload verify void withdraw write`.split(/\s+/),
)

/** Judges one list of paths; the check runs it on the project's own. */
export function judgeFileNames(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (EMPTY_NAMES.test(path)) return [`${path}: the name says nothing; name the file for what it does`]
    const [, feature = '', file = ''] = FEATURES.exec(path) ?? []
    return feature === '' || isKnownKind(feature, file) ? [] : [`${path}: not a kind of file a feature folder has`]
  })
}

function isKnownKind(feature: string, file: string): boolean {
  const name = /^([a-z0-9]+(?:-[a-z0-9]+)*)\.ts$/.exec(file)?.[1]
  if (name === undefined) return false
  const [verb = '', noun] = name.split('-')
  if (FIXED.has(name) || (feature === 'auth' && name === 'session')) return true
  if (verb === 'on') return feature === 'webhooks' && noun !== undefined
  return VERBS.has(verb) && noun !== undefined
}

/** The closed file vocabulary of lib's feature folders, and no name anywhere that says nothing. */
export async function checkFileVocabulary(): Promise<Verdict> {
  const paths = await listProjectFiles()
  return verdictOf(judgeFileNames(paths), `${paths.length} names`)
}
