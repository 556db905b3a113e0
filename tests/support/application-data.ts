import type { SectionKind } from '#lib/vetting/types.ts'

/** What a whole application says, section by section, as forms send it. Invented people and an IBAN that only looks real. */
export const APPLICATION: Record<Exclude<SectionKind, 'end_use' | 'agreement'>, Record<string, unknown>> = {
  identity: {
    legalName: 'Благодійна організація «Польова аптека»',
    legalNameLatin: 'Polova Apteka Charitable Organization',
    otherNames: ['Polova Apteka'],
    summary: 'A pharmacy on wheels that brings medicines to villages without a doctor.',
    country: 'UA',
    region: 'Харківська область',
    address: 'вул. Вигадана, 7, Харків',
    website: 'https://apteka.example.org',
    contactName: 'Олена Яценко',
    contactEmail: 'apteka@example.org',
    contactPhone: '+380 44 000 00 00',
    foundedOn: '2015-04-01',
  },
  registration: {
    number: '00000000',
    register: 'Єдиний державний реєстр',
    country: 'UA',
    registeredOn: '2015-04-20',
  },
  governance: {
    governingDocumentDated: '2015-04-01',
    hasDissolutionClause: 'yes',
    dissolutionClauseText: 'When the organization ends, what it owns goes to another charity.',
    hasNoOwners: 'yes',
  },
  past_work: {
    summary: 'Since 2022 we have brought medicines to forty villages, every second week.',
    examples: [{ what: 'Insulin for 120 people', when: '2025', where: 'Харківська область', amount: '', partner: '' }],
  },
  delivery: {
    countries: ['UA'],
    regions: [{ name: 'Харківська область', areaCode: 'UA-63' }],
    categories: ['health'],
    intermediaries: '',
    licenceBasis: '',
  },
  safeguarding: {
    hasPolicy: 'yes',
    policySummary: 'Two people at every delivery, a phone number for complaints on every parcel.',
    contact: 'Олена Яценко, apteka@example.org',
  },
  conflicts: { none: 'yes', declarations: [] },
}

export const BANK = {
  holderName: 'Polova Apteka',
  bankName: 'Вигаданий банк',
  bankCountry: 'UA',
  currency: 'UAH',
  iban: 'UA21 3223 1300 0002 6007 2335 6600 1',
  accountNumber: '',
  bic: '',
  routing: '',
}

export const PEOPLE = [
  {
    roles: ['controller', 'signatory'],
    nameOriginal: 'Олена Яценко',
    nameLatin: 'Olena Yatsenko',
    birthDate: '1980-05-17',
  },
  { roles: ['controller'], nameOriginal: 'Юрій Згурський', nameLatin: 'Yurii Zghurskyi', birthDate: '1975-01-30' },
]

export const REFERENCES = [
  { name: 'Марія Коваль', organization: 'Лікарня', email: 'koval@example.net', relation: 'Приймає ліки' },
  {
    name: 'Jonas Meier',
    organization: 'Ärzte helfen e.V.',
    email: 'meier@example.com',
    relation: 'Paid for two trips',
  },
]

/** A PDF of one empty page. */
export const PDF = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF\n',
)
