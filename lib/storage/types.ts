/** What a file is for; it decides who may bring it (see policy.ts). */
export type FilePurpose = 'cover' | 'evidence' | 'vetting_document'

export type MediaType = 'application/pdf' | 'image/jpeg' | 'image/png' | 'image/webp'

/** What arrives: the whole file in memory, at most 10 MB, with the name the sender gave it. */
export type FileInput = {
  bytes: Uint8Array
  fileName: string
  purpose: FilePurpose
  chapterId: string
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
