import type { AskingRun, OwnVessel, ScheduledStart } from '../../domain/approval/own-word.js';
import { foundText, scheduleText } from '../../domain/approval/own-word.js';

/** What is needed to tell what the vessel itself started or said. */
export interface OwnWord {
  readonly self: OwnVessel;
  readonly vouchers: { isOwn(text: string, signature: string): boolean };
}

/** The same, to say it. */
export interface Speaking extends OwnWord {
  readonly vouchers: OwnWord['vouchers'] & { vouch(text: string): string };
}

/** What canonical JSON cannot carry was never signed. */
function isSigned({ vouchers }: OwnWord, text: () => string, signature: unknown): boolean {
  try {
    return typeof signature === 'string' && vouchers.isOwn(text(), signature);
  } catch {
    return false;
  }
}

/** Whether a Schedule of the vessel started this run: its voucher is for the id without the time that the server appends. */
export function isScheduled(own: OwnWord, workflowId: string, start: ScheduledStart, voucher: unknown): boolean {
  const isOfIt = workflowId === start.workflowId || workflowId.startsWith(`${start.workflowId}-`);
  return isOfIt && isSigned(own, () => scheduleText(own.self, start), voucher);
}

/** base64: what the action of a Schedule carries. */
export const signSchedule = ({ self, vouchers }: Speaking, start: ScheduledStart): string => vouchers.vouch(scheduleText(self, start));

/** base64 */
export const signFound = ({ self, vouchers }: Speaking, run: AskingRun, found: unknown): string =>
  vouchers.vouch(foundText(self, run, found));

export const isOwnFound = (own: OwnWord, run: AskingRun, found: unknown, signature: unknown): boolean =>
  isSigned(own, () => foundText(own.self, run, found), signature);
