import { realRows, simulatedRows } from '../controls/render.mjs';
import { judgeAll } from './budgets.mjs';
import { rounded } from './statistics.mjs';

const text = (value, unit = '') => (value === undefined || value === null ? '-' : `${value}${unit}`);

/** Rows of cells as text, one under the other. */
export function columns(rows) {
  const widths = rows[0].map((_, index) => Math.max(...rows.map((row) => row[index].length)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const pressure = (host) => (host === undefined ? '-' : `${text(host.cpu_some_avg10, ' %')} / ${host.loadavg1}`);

/** What was measured, side by side. */
function figures(report) {
  const { bare, proposal, janus, floor, signed, sandbox, cli, idle, audit, waiting } = report;
  const latency = (part) => part?.approval_to_start_ms;
  return [
    ...(bare ? [['workflows/s', text(bare.per_s), text(proposal.per_s), text(janus.per_s), pressure(janus.host)]] : []),
    ...(bare ? [['CPU of worker + client, ms', text(bare.cpu_ms), text(proposal.cpu_ms), text(janus.cpu_ms), pressure(janus.host)]] : []),
    ...(bare ? [['CPU of the server, ms', text(bare.server_cpu_ms), text(proposal.server_cpu_ms), text(janus.server_cpu_ms), '']] : []),
    ...(bare
      ? [['events / bytes of history', `${bare.events} / ${bare.history_bytes}`, `${proposal.events} / ${proposal.history_bytes}`, '-', '']]
      : []),
    ...(floor
      ? [
          [
            'approval -> start p50 / p99, ms',
            `${latency(floor).p50} / ${latency(floor).p99} (floor)`,
            '-',
            `${latency(janus).p50} / ${latency(janus).p99}`,
            pressure(floor.host),
          ],
          ...(signed
            ? [
                [
                  'the same, signed and verified three times',
                  '-',
                  '-',
                  `${latency(signed).p50} / ${latency(signed).p99}`,
                  pressure(signed.host),
                ],
              ]
            : []),
        ]
      : []),
    ...(sandbox
      ? [
          [
            'spawn /usr/bin/true, ms',
            `${sandbox.plain_ms} (plain)`,
            '-',
            `${sandbox.sandboxed_ms} (sandboxed, ${sandbox.tier})`,
            pressure(sandbox.host),
          ],
        ]
      : []),
    ...(cli
      ? [
          [
            'command line, ms',
            `${cli.node_ms} (node -e 0)`,
            '-',
            `${cli.help_ms} (--help), ${cli.approve_ms} (approve), ${cli.approve?.signed_ms} (signed), ${cli.sandbox_run_ms} (sandbox run)`,
            pressure(cli.host),
          ],
        ]
      : []),
    ...(idle
      ? [
          [
            'idle CPU, % of a core',
            `${idle.server_cpu_percent} (server)`,
            '-',
            `${idle.worker_cpu_percent} (worker) + ${idle.guard_cpu_percent} (guard)`,
            pressure(idle.host),
          ],
        ]
      : []),
    ...(audit
      ? [
          [
            'audit, entries/s',
            `${audit.fdatasync_per_s} (bare fdatasync)`,
            '-',
            `${audit.append_per_s} (append), ${audit.append_per_s_four_writers} (append, four writers), ${audit.verify_per_s} (verify), ${audit.verify_full_per_s} (--full)`,
            pressure(audit.host),
          ],
        ]
      : []),
    ...(waiting
      ? [
          [
            `${waiting.proposals} proposals wait: RSS, MB`,
            `${waiting.rss_idle_mb} (idle)`,
            '-',
            text(waiting.rss_mb),
            pressure(waiting.host),
          ],
          [
            'first page of the list, ms',
            `${waiting.list_rpc_ms} (RPC)`,
            '-',
            `${waiting.list_ms} (ubos, ${waiting.list_start_ms} of it start-up)`,
            '',
          ],
        ]
      : []),
  ];
}

const modelRows = ({ name, threads, gpu, answers, failed, chosen, tokens_per_s: speed, seconds, valid_percent: valid, host }) => [
  ['local model', 'tokens/s', 'seconds of an answer, p50 / p95', 'valid proposals', 'answers', 'host: pressure / load'],
  [
    `${name}, ${gpu === 'off' ? `CPU, ${threads} thread${threads === 1 ? '' : 's'}` : gpu}`,
    text(speed),
    `${text(seconds.p50)} / ${text(seconds.p95)}`,
    `${text(valid, ' %')} of ${chosen}`,
    `${answers}${failed > 0 ? `, ${failed} failed` : ''}`,
    pressure(host),
  ],
];

function verdicts(report) {
  return judgeAll(report).map(({ what, where, value, bar, atLeast, unit, verdict }) => [
    { met: '✓ met', missed: '✗ missed', 'not measured': '- not measured' }[verdict],
    [what, where].filter(Boolean).join(', '),
    verdict === 'not measured' ? '-' : text(rounded(value), unit),
    `${atLeast ? '>=' : '<='} ${bar}${unit}`,
  ]);
}

const head = ['', 'bare Temporal', 'Janus, executor does nothing', 'Janus, /usr/bin/true sandboxed', 'host: pressure / load'];

export function renderReport(report) {
  const part = (title, rows) => (rows.length === 0 ? [] : [`${title}\n${columns([head, ...rows])}`]);
  const { controls, model } = report;
  return [
    ...part('Dev server on disk (WAL, synchronous=FULL)', figures(report)),
    ...part('Dev server in memory', figures(report.memory ?? {})),
    ...[controls ? simulatedRows(controls) : [], controls ? realRows(controls) : [], model ? modelRows(model) : []]
      .filter((rows) => rows.length > 0)
      .map(columns),
    `Budgets\n${columns(verdicts(report))}`,
    'Absolute figures depend on the machine and on its neighbours: only ratios of one run count. Medians of rounds that took turns, after a\nwarm-up. Pressure: share of the last 10 s in which somebody waited for a CPU. "Executor does nothing": review, audit, permit and start\nledger are real, only the sandbox is not started, so that it compares with a bare workflow (1 signal, 1 activity that does nothing).',
  ].join('\n\n');
}
