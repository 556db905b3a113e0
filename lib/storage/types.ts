/** What a file is for; it decides who may bring it (see policy.ts). */
export type FilePurpose = 'cover' | 'evidence' | 'vetting_document' | 'bank_statement'

export type MediaType = 'application/pdf' | 'image/jpeg' | 'image/png' | 'image/webp' | StatementMediaType

/** Text that a bank's program wrote; never served but as a download, and only to those who read the chapter's books. */
export type StatementMediaType = 'application/xml' | 'application/x-ofx' | 'text/csv'

/** What arrives: the whole file in memory, at most 10 MB, with the name the sender gave it. */
export type FileInput = {
  bytes: Uint8Array
  fileName: string
  purpose: FilePurpose
  chapterId: string
  /** What a `bank_statement` was read as; for other purposes the bytes say what they are. */
  readAs?: StatementMediaType
  /** Anyone who has the address may fetch it. Covers and evidence become public with `publishFile` instead. */
  isPublic?: boolean
}

/** A file that may be served: checked, hashed, and safe to hand out with its media type. */
export type InspectedFile = { bytes: Buffer; mediaType: MediaType }

export type OpenedFile = {
  id: string
  bytes: Buffer
  mediaType: string
  fileName: string
  /** Lower-case hex. */
  sha256: string
  isPublic: boolean
}
