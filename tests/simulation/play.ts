import * as donors from './play-donors.ts'
import * as machines from './play-machines.ts'
import * as office from './play-office.ts'
import type { Play } from './scene.ts'
import type { StepKind } from './story.ts'

/** What each step of a story does. */
export const PLAYS: Readonly<Record<StepKind, Play>> = {
  give: donors.give,
  pay: donors.pay,
  'come back': donors.comeBack,
  deliver: machines.deliver,
  forge: machines.forge,
  work: machines.work,
  'move available': machines.moveAvailable,
  fold: machines.fold,
  sweep: machines.sweep,
  wait: machines.wait,
  'pay out': machines.payOut,
  request: office.request,
  approve: office.approve,
  release: office.release,
  confirm: office.confirm,
  'return wire': office.returnWire,
  'call off': office.callOff,
  'close campaign': office.endCampaign,
}
