import type { Flag, ModeChange, Position, SeenViolation, SignedWord, VesselTrail, Vote } from '../../modes/evidence.js';
import { initialStanding } from '../../modes/figures.js';
import { addSign } from '../../modes/life.js';
import { modeIn } from '../../modes/mode.js';
import type { ModeSettings } from '../../modes/settings.js';
import { charter, settingsIn } from '../../modes/settings.js';
import type { SnakeKeys } from '../../text/key-case.js';
import { camelKeys } from '../../text/key-case.js';
import { trailEvent } from '../events.js';
import type { Projection } from '../projection.js';
import type { AuditRecord } from '../records.js';
import { nowhere } from './decided.js';
import { createKept } from './kept.js';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const fieldsOf = (value: unknown) => (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;

function positionIn(value: unknown): Position | undefined {
  const { seq, prev } = fieldsOf(value);
  return typeof seq === 'number' && Number.isSafeInteger(seq) && typeof prev === 'string' ? { seq, prev } : undefined;
}

/** Only words that bear a signature: whether it is good is for whoever has the keys. */
function wordsIn(value: unknown): readonly SignedWord[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly unknown[]).flatMap((each) => {
    const { by, key, statement, signature } = fieldsOf(each);
    const word = { by: textOf(by), key: textOf(key), statement: textOf(statement), signature: textOf(signature) };
    return Object.values(word).includes('') ? [] : [word];
  });
}

interface Known {
  signs: number[];
  cycles: number[];
  changes: ModeChange[];
  violations: SeenViolation[];
  votes: Vote[];
  flags: Flag[];
  spent: Set<string>;
  verifiedAt: number | undefined;
  reconciledAt: number | undefined;
  settings: ModeSettings | undefined;
  recommenders: readonly string[] | undefined;
  firstAt: number | undefined;
  position: Position;
  lastId: string;
  checkpointAt: number | undefined;
  isOverloaded: boolean;
  clock: number;
}

const nothing = (): Known => ({
  ...{ signs: [], cycles: [], changes: [], violations: [], votes: [], flags: [], spent: new Set() },
  ...{ verifiedAt: undefined, reconciledAt: undefined, settings: undefined, recommenders: undefined, firstAt: undefined },
  ...{ lastId: '', checkpointAt: undefined, isOverloaded: false },
  ...{ position: nowhere, clock: Number.NEGATIVE_INFINITY },
});

type Take = (known: Known, record: AuditRecord) => void;

/** The rules that held then: from the files alone, nobody else can say them. */
function takeRules(known: Known, { settings, recommenders }: AuditRecord): void {
  known.settings = settingsIn(camelKeys<ModeSettings>(fieldsOf(settings) as unknown as SnakeKeys<ModeSettings>));
  known.recommenders = Array.isArray(recommenders) ? (recommenders as readonly unknown[]).map(textOf) : [];
}

function takeChange(known: Known, record: AuditRecord): void {
  const { clock: at, changes, votes, verifiedAt, reconciledAt } = known;
  const [from, to] = [modeIn(record.from), modeIn(record.to)];
  // What is not understood entirely must not leave more than there was.
  if (from === undefined || to === undefined) return takeViolation(known, { ...record, kind: 'mode' });
  takeRules(known, record);
  const { settings = charter, recommenders = [] } = known;
  changes.push({
    ...{ id: textOf(record.mode_id) || record.id, at, seq: record.seq, from, to, why: textOf(record.rule) },
    ...{ settings, recommenders, proposals: positionIn(fieldsOf(record.rests_on)['proposals']), orders: wordsIn(record.orders) },
    before: { votes, verifiedAt, reconciledAt },
  });
  known.votes = [];
}

function takeViolation({ violations, clock: at }: Known, record: AuditRecord): void {
  const halt = textOf(record.stop) || textOf(record.pause) || undefined;
  const kind = textOf(record.kind) || record.event_type;
  violations.push({ id: record.id, at, kind, halt, closedAt: halt === undefined ? at : undefined });
}

function takeVote(known: Known, record: AuditRecord): void {
  const standing = known.changes.at(-1)?.id ?? initialStanding;
  const [by, key] = [textOf(record.by), textOf(record.key)];
  if (record.of !== standing || by === '' || key === '') return;
  if (record.verdict === 'no') known.votes = [];
  if (record.verdict !== 'yes') return;
  // Three names of one key are one voice.
  const others = known.votes.filter((vote) => vote.by !== by && vote.key !== key);
  const word = { by, key, statement: textOf(record.statement), signature: textOf(record.signature) };
  known.votes = [...others, { by, key, at: known.clock, verdict: 'yes', word }];
}

const isFine = ({ ok }: AuditRecord): boolean => ok === true;

const takes: Readonly<Record<string, Take>> = {
  [trailEvent.modeChange]: takeChange,
  [trailEvent.modeRecommended]: takeVote,
  [trailEvent.constitutionalViolation]: takeViolation,
  [trailEvent.breakGlassLapsed]: takeViolation,
  [trailEvent.breakGlassCondemned]: takeViolation,
  [trailEvent.vesselResumed]: (known, { of }) => {
    known.violations = known.violations.map((each) =>
      each.closedAt === undefined && each.halt === of ? { ...each, closedAt: known.clock } : each,
    );
  },
  [trailEvent.actionFlagged]: ({ flags, clock: at }, { proposal_id: proposal, seq, assurance }) => {
    const id = textOf(proposal);
    if (!flags.some((flag) => flag.id === id)) flags.push({ id, at, seq, ...(assurance !== 'signed' && { isClaim: true }) });
  },
  [trailEvent.thinkingCycle]: ({ cycles }, { timestamp }) => addSign(cycles, Date.parse(timestamp)),
  [trailEvent.auditVerify]: (known, record) => {
    if (isFine(record)) known.verifiedAt = known.clock;
  },
  [trailEvent.auditReconcile]: (known, record) => {
    if (isFine(record)) known.reconciledAt = known.clock;
  },
  [trailEvent.modeCheckpoint]: (known, record) => {
    takeRules(known, record);
    known.checkpointAt = known.clock;
  },
  [trailEvent.reliefDegrade]: (known) => {
    known.isOverloaded = true;
  },
  [trailEvent.reliefRestore]: (known, { to }) => {
    known.isOverloaded = to !== 'SEALED';
  },
};

/** What only a brain that lives writes, by its own Schedules and timers: nobody else can bring it about. */
const lifeSigns: ReadonlySet<string> = new Set([trailEvent.thinkingCycle, trailEvent.auditVerify, trailEvent.modeCheckpoint]);

/** Of the mission log: the changes of mode, and what the next one will rest on. */
export function createVesselTrail(): Projection<VesselTrail> {
  let known = nothing();
  const kept = createKept();
  return {
    apply(record) {
      kept.apply(record);
      const { event_type: type, seq, prev, timestamp, nonce } = record;
      const at = Date.parse(timestamp);
      known.position = { seq, prev };
      known.lastId = record.id;
      if (at > known.clock) known.clock = at;
      known.firstAt ??= Number.isNaN(at) ? undefined : at;
      if (textOf(nonce) !== '') known.spent.add(textOf(nonce));
      if (lifeSigns.has(type)) addSign(known.signs, at);
      if (Object.hasOwn(takes, type)) takes[type]?.(known, record);
    },
    forget() {
      known = nothing();
      kept.forget();
    },
    snapshot() {
      const { clock, ...trail } = known;
      return { ...trail, kept: kept.snapshot(), newestAt: Number.isFinite(clock) ? clock : undefined };
    },
  };
}
