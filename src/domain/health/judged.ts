/** What one reading comes to; `next` is what can be typed about it. */
export interface Judged {
  readonly ok: boolean;
  readonly detail: string;
  readonly next?: string;
}

export const well = (detail: string): Judged => ({ ok: true, detail });
export const bad = (detail: string, next?: string): Judged => ({ ok: false, detail, ...(next !== undefined && { next }) });
