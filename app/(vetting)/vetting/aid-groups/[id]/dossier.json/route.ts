import { sendDossier } from '../../../../send-dossier.ts'

/** The dossier as canonical JSON. */
export function GET(request: Request, context: { params: Promise<{ id: string }> }): Promise<Response> {
  return sendDossier(request, context, 'json')
}
