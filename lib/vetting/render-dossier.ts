import { type Block, writeDocument } from '#lib/documents/write-document.ts'
import { type DossierExport, digestOf, type Json } from './collect-dossier.ts'
import { readFields } from './compare-sections.ts'

type Row = { [key: string]: Json }

/** The dossier for people to read: what stands now, with what was found and decided. The JSON has every version. */
export async function renderDossier(dossier: DossierExport): Promise<Buffer> {
  const { aidGroup, chapter, asOf } = dossier
  return await writeDocument({
    title: `Dossier: ${text(aidGroup['name'])}`,
    sender: [text(chapter['name']), 'Confidential: for reviewers and auditors'],
    blocks: [
      ...summaryBlocks(dossier),
      ...gateBlocks(dossier),
      ...sectionBlocks(dossier),
      ...peopleBlocks(dossier),
      ...documentBlocks(dossier),
      ...screeningBlocks(dossier),
      ...decisionBlocks(dossier),
    ],
    foot: `Dossier of ${text(aidGroup['name'])} · as of ${moment(asOf)} · sha-256 ${digestOf(dossier).slice(0, 16)}…`,
    writtenAt: new Date(asOf),
  })
}

const text = (value: Json | undefined): string =>
  value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
const words = (value: Json | undefined): string => text(value).replaceAll('_', ' ')
const day = (value: Json | undefined): string => text(value).slice(0, 10)
const moment = (value: Json | undefined): string => text(value).slice(0, 16).replace('T', ' ').concat(' UTC')

/** Who is meant by an id: a person by name, the aid group itself, or a program of ours. */
function nameIn({ people }: DossierExport, id: Json | undefined): string {
  const actor = text(id)
  if (actor.startsWith('applicant:')) return 'The aid group'
  if (actor.startsWith('system:')) return 'Common Purse'
  return text(people.find((person) => person['id'] === actor)?.['name']) || actor
}

function summaryBlocks(dossier: DossierExport): Block[] {
  const { aidGroup, asOf } = dossier
  const pairs: [string, string][] = [
    ['Registered name', text(aidGroup['legalName'])],
    ['Public name', text(aidGroup['publicAlias']) || text(aidGroup['name'])],
    ['Country and region', `${text(aidGroup['country'])}, ${text(aidGroup['region'])}`],
    ['State', words(aidGroup['status'])],
    ['Approved until', day(aidGroup['approvedUntil']) || 'Not approved'],
    ['Risk', text(aidGroup['riskTier']) || 'Not judged'],
    ['Conditions', text(aidGroup['conditions']) || 'None'],
    ['As of', moment(asOf)],
    ['Digest of dossier.json', digestOf(dossier)],
  ]
  return [{ kind: 'pairs', rows: pairs.map(([term, detail]) => ({ term, detail })) }]
}

function gateBlocks(dossier: DossierExport): Block[] {
  const latest = (gate: Json | undefined) => dossier.findings.findLast((finding) => finding['gate'] === gate)
  const rows = dossier.gates.map(({ gate, state, missing }) => {
    const finding = latest(gate)
    const by = finding ? `${nameIn(dossier, finding['foundById'])}, ${day(finding['foundAt'])}: ` : ''
    return [words(gate), text(state), text(missing), `${by}${text(finding?.['reason'])}`]
  })
  const columns = ['Gate', 'State', 'Missing', 'Latest finding'].map((header, index) => ({
    header,
    share: [2.2, 1, 3, 4.4][index] ?? 1,
  }))
  return [
    { kind: 'heading', text: 'Gates of the approval' },
    { kind: 'table', columns, rows },
  ]
}

function sectionBlocks(dossier: DossierExport): Block[] {
  const kinds = [...new Set(dossier.sections.map(({ section }) => text(section)))]
  return kinds.flatMap((kind): Block[] => {
    const current = dossier.sections.findLast(({ section }) => section === kind)
    if (!current) return []
    const fields = [...readFields(current['data'])].map(([path, detail]) => ({ term: path, detail }))
    const saved = `Version ${text(current['version'])}, saved by ${nameIn(dossier, current['savedBy'])} on ${moment(current['savedAt'])}.`
    return [
      { kind: 'heading', text: `As given: ${words(kind)}` },
      { kind: 'paragraph', text: saved },
      ...(fields.length > 0 ? [{ kind: 'pairs', rows: fields } as const] : []),
    ]
  })
}

function peopleBlocks(dossier: DossierExport): Block[] {
  const people = dossier.controllers
    .filter(({ removedAt }) => removedAt === null)
    .map((person) => [
      text(person['nameOriginal']),
      text(person['nameLatin']),
      list(person['roles']),
      text(person['birthDate']),
      text(person['nationality']),
    ])
  const accounts = dossier.bankAccounts.map((account) => [
    text(account['holderName']),
    `${text(account['bankName'])}, ${text(account['bankCountry'])}`,
    `${text(account['currency'])}, ends in ${text(account['lastDigits'])}`,
    account['verifiedAt']
      ? `${words(account['verificationMethod'])}, ${nameIn(dossier, account['verifiedById'])}, ${day(account['verifiedAt'])}`
      : 'Not verified',
    account['replacedAt'] ? `Replaced ${day(account['replacedAt'])}` : 'In force',
  ])
  const references = dossier.references
    .filter(({ removedAt }) => removedAt === null)
    .map((reference) => [
      `${text(reference['name'])}, ${text(reference['organization'])}`,
      reference['answeredAt'] ? (reference['confirms'] ? 'Confirms' : 'Does not confirm') : 'No answer',
      [...readFields(reference['answer']).values()].join(' · '),
    ])
  return [
    ...tableBlocks('People', ['In their script', 'Latin', 'Roles', 'Born', 'Nationality'], people),
    ...tableBlocks('Bank accounts', ['Holder', 'Bank', 'Account', 'Verified', 'State'], accounts),
    ...tableBlocks('References', ['Who', 'Answer', 'In their words'], references),
  ]
}

function documentBlocks(dossier: DossierExport): Block[] {
  const rows = dossier.documents.map(({ kind, caption, file, removedAt }) => {
    const { fileName, sha256 } = file as Row
    return [`${words(kind)}${removedAt ? ' (removed)' : ''}`, `${text(caption)}: ${text(fileName)}`, text(sha256)]
  })
  const questions = dossier.requests.map((request) => [
    `${nameIn(dossier, request['askedById'])}, ${day(request['askedAt'])}`,
    text(request['question']),
    text(request['answer']) || 'No answer yet',
  ])
  return [
    ...tableBlocks('Documents', ['Kind', 'What', 'sha-256'], rows),
    ...tableBlocks('Questions', ['Asked by', 'Question', 'Answer'], questions),
  ]
}

function screeningBlocks(dossier: DossierExport): Block[] {
  const latest = dossier.screenings.at(-1)
  if (!latest) return []
  const answerOf = (key: Json | undefined) => dossier.dispositions.findLast(({ hitKey }) => hitKey === key)
  const hits = (latest['hits'] as Row[]).map((hit) => {
    const answer = answerOf(hit['hitKey'])
    return [
      text(hit['queryName']),
      hit['source'] === null
        ? `Not compared: ${(hit['unreadScripts'] as Json[]).map(text).join(', ')}`
        : `${text(hit['matchedName'])} (${text(hit['source'])} ${text(hit['externalId'])}, ${Number(hit['score']).toFixed(2)})`,
      answer
        ? `${words(answer['verdict'])}: ${text(answer['reason'])} (${nameIn(dossier, answer['decidedById'])}, ${day(answer['decidedAt'])})`
        : 'Open',
    ]
  })
  const snapshots = (latest['snapshotIds'] as Json[]).map((id) => {
    const snapshot = dossier.listSnapshots.find((candidate) => candidate['id'] === id)
    return [text(snapshot?.['source']), day(snapshot?.['publishedAt']), text(snapshot?.['sha256'])]
  })
  return [
    { kind: 'heading', text: `Screening of ${moment(latest['at'])}` },
    {
      kind: 'paragraph',
      text:
        hits.length === 0
          ? 'No name came near an entry of the lists.'
          : `${hits.length} hits, or names that could not be compared.`,
    },
    ...tableBlocks('Hits', ['Name', 'On the list', 'Answer'], hits),
    ...tableBlocks('Lists it was compared with', ['List', 'Published', 'sha-256'], snapshots),
  ]
}

function decisionBlocks(dossier: DossierExport): Block[] {
  const approvals = dossier.approvals.map((approval) => {
    const caps = (approval['caps'] as Row[]).map(
      (cap) => `${text(cap['capMinor'])} minor units of ${text(cap['currency'])}`,
    )
    return [
      `${day(approval['at'])} to ${day(approval['until'])}`,
      `${nameIn(dossier, approval['reviewedById'])}, then ${nameIn(dossier, approval['approvedById'])}`,
      `${text(approval['riskTier'])}; ${caps.join(', ') || 'no cap'}`,
      [text(approval['reason']), text(approval['conditions'])].filter(Boolean).join(' Conditions: '),
    ]
  })
  const steps = dossier.statusChanges.map((change) => [
    moment(change['at']),
    `${words(change['from'])} to ${words(change['to'])}`,
    nameIn(dossier, change['actorId']),
    text(change['reason']),
  ])
  const log = dossier.auditEvents.at(-1)
  return [
    ...tableBlocks('Approvals', ['From, to', 'By', 'Risk and cap', 'Why'], approvals),
    ...tableBlocks('History', ['When', 'Step', 'By', 'Why'], steps),
    {
      kind: 'paragraph',
      text: `The audit log has ${dossier.auditEvents.length} lines about it; the hash of the last is ${text(log?.['hash'])}.`,
    },
  ]
}

const list = (value: Json | undefined): string => (Array.isArray(value) ? value.map(text).join(', ') : text(value))

/** Nothing where there is nothing to tell. Columns of equal width, the last ones, which hold sentences, wider. */
function tableBlocks(title: string, headers: string[], rows: string[][]): Block[] {
  if (rows.length === 0) return []
  const columns = headers.map((header, index) => ({ header, share: index >= headers.length - 2 ? 3 : 2 }))
  return [
    { kind: 'heading', text: title },
    { kind: 'table', columns, rows },
  ]
}
