import type { Adopted } from '../../../domain/policy/adopted.js';
import type { Amendment } from '../../../domain/policy/amendment.js';
import type { PolicyReview } from '../../../domain/policy/review.js';
import type { PolicyDifference } from '../../../domain/policy/rule.js';
import type { Projection } from '../../../domain/trail/projection.js';

/** What the brain knows of the security policy. */
export interface PolicyDependencies {
  /** Kept up to date by the trail, with the mission log. */
  readonly adopted: Pick<Projection<Adopted | undefined>, 'snapshot'>;
  readonly review: Pick<Projection<PolicyReview | undefined>, 'snapshot'>;
  /** What the files say at this moment. Throws CONFIG_INVALID where they cannot be read. */
  readonly files: () => Promise<FilesSay>;
  /** Keeps what the files say, and everything that has to be kept to. Throws CONFIG_INVALID where they say something else than the digest. */
  readonly keep: (policy: string) => Promise<Omit<Amendment, 'before' | 'review'>>;
  /** Shows what the trail says now: to people, and under the brain's signature to those who have no trail. */
  readonly publish: () => Promise<void>;
}

export interface FilesSay {
  /** SHA-256 of it. */
  readonly policy: string;
  /** From what is adopted. */
  readonly differences: readonly PolicyDifference[];
}
