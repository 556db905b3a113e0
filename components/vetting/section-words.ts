import type { DocumentKind, SectionKind } from '#lib/vetting/types.ts'

type SectionWords = {
  title: string
  /** The kinds of document that prove what the section says. */
  provenBy: readonly DocumentKind[]
  /** In the place of a document where there is none. */
  noDocument: string
  /** Names of its fields; `*` stands for a position in a list. */
  fields: Record<string, string>
}

const SIGNATURE = { signedName: 'Signed by', signedRole: 'Who is', signedOn: 'Signed on' }

/** The parts of a dossier as the desk names them. */
export const SECTION_WORDS: Record<SectionKind, SectionWords> = {
  identity: {
    title: 'Identity',
    provenBy: [],
    noDocument: '',
    fields: {
      legalName: 'Registered name',
      legalNameLatin: 'In Latin letters',
      otherNames: 'Other names',
      summary: 'What it does',
      country: 'Country',
      region: 'Region',
      address: 'Address (never public)',
      website: 'Website',
      contactName: 'Contact',
      contactEmail: 'E-mail',
      contactPhone: 'Telephone',
      foundedOn: 'Founded on',
    },
  },
  registration: {
    title: 'Registration',
    provenBy: ['registration'],
    noDocument: 'No extract of the register was added yet.',
    fields: { number: 'Number', register: 'Register', country: 'Country', registeredOn: 'Registered on' },
  },
  governance: {
    title: 'Governing document',
    provenBy: ['governing_document'],
    noDocument: 'The governing document was not added yet.',
    fields: {
      governingDocumentDated: 'Dated',
      hasDissolutionClause: 'Has a dissolution clause',
      dissolutionClauseText: 'The clause',
      hasNoOwners: 'Has no owners (a charity, a foundation)',
    },
  },
  past_work: {
    title: 'Past work',
    provenBy: ['past_work'],
    noDocument: 'No evidence was added yet.',
    fields: {
      summary: 'In their words',
      'examples.*.what': 'What',
      'examples.*.when': 'When',
      'examples.*.where': 'Where',
      'examples.*.amount': 'Amount',
      'examples.*.partner': 'With whom',
    },
  },
  delivery: {
    title: 'Delivery',
    provenBy: ['licence'],
    noDocument: 'No licence was added. One is needed only for places under an embargo.',
    fields: {
      countries: 'Countries',
      'regions.*.name': 'Region',
      'regions.*.areaCode': 'Area code',
      categories: 'Kinds of aid',
      intermediaries: 'Through whom',
      licenceBasis: 'Licence it names',
    },
  },
  end_use: {
    title: 'End use',
    provenBy: ['end_use_statement'],
    noDocument: 'Signed at the link; no scan was added.',
    fields: {
      ...SIGNATURE,
      statementVersion: 'Version of the statement',
      statementSha256: 'sha-256 of its text',
      hasDualUse: 'Has goods that could serve an army',
      dualUseItems: 'Such goods',
      dualUseDetails: 'About them',
    },
  },
  safeguarding: {
    title: 'Safeguarding',
    provenBy: ['safeguarding_policy'],
    noDocument: 'The policy was not added yet.',
    fields: { hasPolicy: 'Has a policy', policySummary: 'What it says', contact: 'Whom people turn to' },
  },
  conflicts: {
    title: 'Conflicts of interest',
    provenBy: [],
    noDocument: '',
    fields: {
      none: 'Declares that there are none',
      'declarations.*.person': 'Person',
      'declarations.*.interest': 'Interest',
    },
  },
  agreement: {
    title: 'Agreement',
    provenBy: ['agreement'],
    noDocument: 'Signed at the link; no scan was added.',
    fields: { ...SIGNATURE, agreementVersion: 'Version of the agreement', agreementSha256: 'sha-256 of its text' },
  },
}

/** The name of a field by its path, `examples.0.what`: "What (1)". */
export function fieldWord(section: SectionKind, path: string): string {
  const position = /\.(\d+)(?:\.|$)/.exec(path)?.[1]
  const word = SECTION_WORDS[section].fields[path.replace(/\.\d+(?=\.|$)/g, '.*')] ?? path
  return position === undefined ? word : `${word} (${Number(position) + 1})`
}

export const DOCUMENT_WORDS: Record<DocumentKind, string> = {
  registration: 'Register extract',
  governing_document: 'Governing document',
  identity_of_person: 'Identity of a person',
  bank_letter: 'Letter of the bank',
  past_work: 'Evidence of past work',
  end_use_statement: 'End-use statement',
  safeguarding_policy: 'Safeguarding policy',
  agreement: 'Agreement',
  licence: 'Licence',
  other: 'Other',
}

/** Where a field stands among its section's; what has no name here comes last. */
export function fieldPlace(section: SectionKind, path: string): number {
  const names = Object.keys(SECTION_WORDS[section].fields)
  const generic = path.replace(/\.\d+(?=\.|$)/g, '.*')
  const place = names.findIndex((name) => name === generic || name.startsWith(`${generic}.`))
  return place < 0 ? names.length : place
}
