/** What the brain signs (Ed25519 over canonical JSON). Without it hands start nothing, whoever calls (spec X5). */
export interface Permit {
  readonly v: 1;
  readonly vessel: string;
  readonly proposalId: string;
  readonly firstRunId: string;
  readonly host: string;
  readonly digest: string;
  /** The audit record `start_authorised`: `<log>:<seq>:<first 16 digits of its leaf>`. */
  readonly receipt: string;
  /** ISO 8601. After it nothing is started; what was started is still finished, probed and rolled back. */
  readonly expiresAt: string;
  /** Only for a preview in throw-away copies; absent for a start. The one never stands in for the other, because it is signed. */
  readonly purpose?: 'preview';
}

/**
 * What travels: only what hands cannot know. Vessel, host, proposal and digest they put in themselves, from their own configuration and from
 * what they would run, so the signature fits that or nothing.
 */
export interface SignedPermit {
  readonly run: string;
  readonly receipt: string;
  readonly expires: string;
  /** base64 */
  readonly signature: string;
}
