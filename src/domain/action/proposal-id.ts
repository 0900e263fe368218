/** `janus-` and 12 hex digits (spec P1). What has this form can be the name of a file or folder: it is no path. */
export const proposalIdPattern = /^janus-[0-9a-f]{12}$/;

/** The first one that a text names. */
export const proposalIdIn = (text: string): string | undefined => /janus-[0-9a-f]{12}/.exec(text)?.[0];

export const isProposalId = (value: unknown): value is string => typeof value === 'string' && proposalIdPattern.test(value);

/** For whoever makes a path of it. Throws TypeError: what comes from outside was looked at long before. */
export function assertProposalId(value: string): void {
  if (!isProposalId(value)) throw new TypeError(`${JSON.stringify(value)} is no proposal id`);
}
