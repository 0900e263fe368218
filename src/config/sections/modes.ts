import { toSnakeCase } from '../../domain/text/visible.js';
import type { JanusConfig } from '../config.js';
import type { ModesDocument } from './modes.schema.js';

/** `modes` of agent.yaml in the words of the code. */
export const toModes = (document: ModesDocument): JanusConfig['modes'] => ({
  settings: {
    alphaDays: document.alpha_days,
    betaDays: document.beta_days,
    approvalPercentMin: document.approval_percent,
    coveragePercentMin: document.coverage_percent,
    decidedMin: document.min_decided,
    rejectionPercentMax: document.max_rejection_percent,
    demotionDecidedMin: document.demotion_min_decided,
    rejectionsInARow: document.rejections_in_a_row,
    reviewDays: document.review_days,
    sunsetDays: document.sunset_days,
    remedyDays: document.remedy_days,
    silenceHoursMax: document.max_silence_hours,
  },
  recommenders: document.recommenders,
  vetoSeconds: document.veto_minutes * 60,
  exclude: document.exclude.map(toSnakeCase),
});
