import * as abroad from './play-abroad.ts'
import * as aftermath from './play-aftermath.ts'
import * as donors from './play-donors.ts'
import * as machines from './play-machines.ts'
import * as office from './play-office.ts'
import * as pledges from './play-pledges.ts'
import type { Play } from './scene.ts'
import type { StepKind } from './story.ts'

/** What each step of a story does. */
export const PLAYS: Readonly<Record<StepKind, Play>> = {
  give: donors.give,
  pay: donors.pay,
  'come back': donors.comeBack,
  deliver: machines.deliver,
  lose: machines.lose,
  forge: machines.forge,
  work: machines.work,
  'move available': machines.moveAvailable,
  fold: machines.fold,
  sweep: machines.sweep,
  'quiet days': machines.quietDays,
  wait: machines.wait,
  'pay out': machines.payOut,
  'keep house': machines.keepHouse,
  'refund at desk': aftermath.refundAtDesk,
  'refund in dashboard': aftermath.refundInDashboard,
  'decide refund': aftermath.decideRefund,
  'open dispute': aftermath.openDispute,
  'decide dispute': aftermath.decideDispute,
  'fail payout': aftermath.failPayout,
  pledge: pledges.pledge,
  'pay pledge': pledges.payPledge,
  'come back to pledge': pledges.comeBackToPledge,
  'cancel pledge': pledges.cancel,
  'pause pledge': pledges.pause,
  'change pledge': pledges.change,
  'turn card': pledges.turnCard,
  'pay invoice': pledges.payInvoice,
  request: office.request,
  approve: office.approve,
  release: office.release,
  confirm: office.confirm,
  'return wire': office.returnWire,
  'call off': office.callOff,
  'close campaign': office.endCampaign,
  'settle abroad': abroad.settleAbroad,
  exchange: abroad.exchange,
  'take exchange back': abroad.takeExchangeBack,
}
