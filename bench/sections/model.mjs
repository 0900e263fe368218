import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureHome } from '../../scripts/lib/home.mjs';
import { localCharterTokensMax, openLocalModel } from '../../scripts/lib/local-model.mjs';
import { dist } from '../lib/dist.mjs';
import { hostPressure } from '../lib/host.mjs';
import { quantile, rounded } from '../lib/statistics.mjs';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** What a cycle of a newcomer's vessel asks on this machine at this moment, and how its answers are held against catalogue and constitution. */
async function openQuestion(home) {
  const [
    { loadConfig },
    { toReviewContext },
    { resolvePrograms },
    metrics,
    registries,
    missions,
    facts,
    { verifyCandidates },
    rules,
    schema,
  ] = await Promise.all(
    [
      'config/load.js',
      'config/review-context.js',
      'adapters/host/programs.js',
      'adapters/host/host-metrics.js',
      'adapters/playbooks/read-registries.js',
      'domain/thinking/missions.js',
      'domain/thinking/facts.js',
      'domain/model/verify.js',
      'domain/constitution/rules.js',
      'domain/action/proposal.schema.js',
    ].map(dist),
  );
  const config = loadConfig({ env: { JANUS_HOME: home, JANUS_HOST: 'bench' }, cwd: '/' });
  const { paths, llm, principles } = config;
  const programs = await resolvePrograms(config.tools);
  const review = toReviewContext(config, { programs, grantProblems: {}, profile: '' });
  const host = { diskPath: paths.state, logFiles: [], auditFiles: [], workspaces: paths.workspaces };
  const takenAt = new Date().toISOString();
  const open = missions.openMissions(await registries.readMissions(paths.missionObjectives), new Set(), new Date());
  const context = facts.contextOf(sha256, {
    ...{ vesselId: config.vesselId, takenAt, mode: 'alpha', missions: missions.missionViews(open) },
    facts: facts.metricFacts(await metrics.collectHostMetrics(host)),
  });
  const catalogue = { entries: config.catalogue, digest: '' };
  const objections = (document) => {
    const proposal = schema.parseProposal({ ...document, proposal_id: 'janus-000000000000', timestamp: takenAt });
    return rules.reviewProposal(proposal, review).map(({ message }) => message);
  };
  const charter = { text: readFileSync(paths.charter, 'utf8'), tokensMax: localCharterTokensMax };
  return {
    ...{ llm, told: { principles, charter }, request: { context, catalogue, proposalsMax: config.thinking.proposalsPerCycleMax } },
    verify: (candidates) => verifyCandidates(candidates, { catalogue, context, proposalsMax: candidates.length, review: objections }),
  };
}

/** One answer after the other, each with another seed. */
async function askAll(baseUrl, { llm, told, request, verify }, { answers, signal }) {
  const { createModel } = await dist('adapters/model/create-model.js');
  const { temperature, outputTokensMax, responseBytesMax, promptTokensMax } = llm;
  const bounds = { temperature, outputTokensMax, responseBytesMax, timeoutMilliseconds: 180_000 };
  const model = createModel({
    endpoints: [{ name: 'local', baseUrl, model: 'local', profile: 'llamacpp', isLocal: true, ...bounds }],
    prompt: { promptTokensMax, outputTokensMax, ...told },
    wayOut: { open: () => Promise.reject(new Error('this model is on this machine')) },
    remoteFallback: false,
  });
  const found = { seconds: [], tokensPerSecond: [], valid: 0, chosen: 0, failed: 0 };
  for (let seed = 0; seed < answers && !signal.aborted; seed += 1) {
    const answer = await model.ask({ ...request, seed }, signal);
    if (answer.kind === 'failed') {
      found.failed += 1;
      continue;
    }
    const { accepted, dropped } = verify(answer.candidates);
    const seconds = answer.milliseconds / 1_000;
    found.seconds.push(seconds);
    found.tokensPerSecond.push(answer.usage.outputTokens / seconds);
    found.valid += accepted.length;
    // The same twice is no mistake of form.
    found.chosen += accepted.length + answer.malformed.length + dropped.filter(({ code }) => code !== 'duplicate').length;
  }
  return found;
}

/** The local model with the weights that `npm start -- --model` takes: how fast it answers, and what share of what it proposes is valid. */
export async function measureModel({ answers, signal }) {
  const home = mkdtempSync(join(tmpdir(), 'janus-bench-model-'));
  const server = await openLocalModel({ port: 0, gpu: 'auto' });
  try {
    ensureHome(home);
    const { seconds, tokensPerSecond, valid, chosen, failed } = await askAll(server.url, await openQuestion(home), { answers, signal });
    return {
      model: {
        ...{ name: server.model, gpu: server.gpu, threads: server.threads, answers: seconds.length, failed, chosen },
        tokens_per_s: rounded(quantile(tokensPerSecond, 0.5)),
        seconds: { p50: rounded(quantile(seconds, 0.5)), p95: rounded(quantile(seconds, 0.95)) },
        valid_percent: chosen === 0 ? null : rounded((100 * valid) / chosen),
        host: hostPressure(),
      },
    };
  } finally {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  }
}
