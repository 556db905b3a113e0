import { approveGroup } from '#lib/vetting/approve-group.ts'
import { nominateGroup } from '#lib/vetting/nominate-group.ts'
import { recommendGroup, startReview } from '#lib/vetting/review-group.ts'
import { DEMO_AID_GROUPS } from './aid-groups.ts'
import { must, type World } from './world.ts'

const ORGANIZER_OF = { minneapolis: 'mara', pittsburgh: 'joy', leeds: 'callum' } as const

/** Each group is nominated by one person, reviewed by a second and approved by a third, as in life. */
export async function plantAidGroups(world: World): Promise<void> {
  const reviewer = must(world.people, 'dana')
  for (const group of DEMO_AID_GROUPS) {
    const nominator = must(world.people, ORGANIZER_OF[group.chapter])
    const aidGroupId = await nominateGroup(nominator, {
      chapterId: must(world.chapters, group.chapter).id,
      name: group.name,
      legalName: group.name,
      publicAlias: 'publicAlias' in group ? group.publicAlias : '',
      summary: group.summary,
      country: 'Ukraine',
      region: group.region,
    })
    world.aidGroups.set(group.key, aidGroupId)
    await startReview(reviewer, { aidGroupId, reason: 'Registration extract and two references received.' })
    if (group.state === 'in_review') continue
    await recommendGroup(reviewer, {
      aidGroupId,
      reason: 'Register entry, board and both references confirmed by telephone.',
    })
    const approval = {
      aidGroupId,
      reason: 'Checked the file a second time; nothing open.',
      riskTier: group.tier,
      until: '',
      conditions: '',
    }
    await approveGroup(must(world.people, 'olek'), approval)
  }
}
