/** Signed by the brain: `payload` is canonical JSON of `Permit`, `signature` Ed25519 over its bytes, base64. */
export interface SignedPermit {
  readonly payload: string;
  readonly signature: string;
}

/** Without one hands start nothing, whoever calls (spec X5). */
export interface Permit {
  readonly v: 1;
  readonly vessel: string;
  readonly proposalId: string;
  readonly firstRunId: string;
  readonly host: string;
  readonly digest: string;
  /** The audit record `start_authorised`: `<log>:<seq>:<leaf>`. */
  readonly receipt: string;
  /** ISO 8601. After it nothing is started; what was started is still finished, probed and rolled back. */
  readonly expiresAt: string;
}
