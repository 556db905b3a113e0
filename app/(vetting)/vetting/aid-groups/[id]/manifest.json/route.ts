import { sendDossier } from '../../../../send-dossier.ts'

/** The dossier as a manifest of hashes. */
export function GET(request: Request, context: { params: Promise<{ id: string }> }): Promise<Response> {
  return sendDossier(request, context, 'manifest')
}
