/** What an examination says of one thing: whether it is in order, and where it is not, what to type. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly next?: string;
}

/** The same from whoever looks at this one thing only, so that `what` is known. */
export type Found = Omit<Finding, 'what'>;
