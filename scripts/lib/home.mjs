import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { writeDurably } from './durable.mjs';
import { rootPath } from './prepare.mjs';
import { Stop } from './say.mjs';

/** Where development keeps its state: JANUS_HOME, or .janus in the clone. */
export const homeFolder = (env = process.env) => resolve(env.JANUS_HOME || join(rootPath, '.janus'));

const isTraversable = (folder) => {
  for (let each = folder; ; each = dirname(each)) {
    if (existsSync(each) && (statSync(each).mode & 0o001) === 0) return false;
    if (each === dirname(each)) return true;
  }
};

/**
 * Where the actions' workspaces lie. Started by root they belong to an account that is not root, which cannot reach below a 0700 home:
 * then a folder of their own under /var/tmp, named by a hash of the state folder.
 */
function workspacesFolder(home, name) {
  if (process.getuid?.() !== 0 || isTraversable(home)) return 'workspaces';
  const folder = join('/var/tmp', `${name}-workspaces`);
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const { uid, isDirectory } = { uid: lstatSync(folder).uid, isDirectory: lstatSync(folder).isDirectory() };
  if (uid !== 0 || !isDirectory) throw new Stop(`${folder} belongs to uid ${uid}`, { next: `remove ${folder}, or set JANUS_HOME` });
  chmodSync(folder, 0o711);
  return folder;
}

const policyJson = `{
  "cpu_quota_percent": 150,
  "memory_limit_mb": 4096,
  "allow_network": false
}
`;

/** One playbook that any machine can run; the one of deploy/etc rotates logs that only an installed Janus has. */
const playbooksJson = `{
  "playbooks": [
    {
      "playbook_id": "disk-001",
      "name": "Disk Report",
      "description": "Says how full the disk is, when it is filling up",
      "trigger_conditions": { "disk_usage_percent": ">80" },
      "action_sequence": [{ "tool": "shell", "command": "df -h /workspace" }]
    }
  ]
}
`;

const agentYaml = (name, workspaces) => `# Written by npm start; yours to change. Relative paths are relative to this file.
vessel_id: ${name} # made from this folder's path, so that two clones can share a server
vessel_name: ${name}
constitutional: { memory_path: ., charter_path: charter.md }
logging:
  mission_log: mission_log.jsonl
  tool_log: tool_use.jsonl
  proposals_log: proposals.jsonl
  approval_queue: approval_queue.jsonl
  agent_log: agent.log
  intel_cache: intel_cache
sandbox:
  root: ${workspaces}
  policy_path: policy.json
thinking_cycle:
  mission_objectives_path: mission_objectives.json
  playbook_registry_path: playbooks.json
  repropose_cooldown_hours: 0 # for trying things again and again; 24 on a server
  rejected_cooldown_hours: 0
approvals:
  allowed_signers: allowed_signers
  revoked_signers: revoked_signers
integrations: { cockpit_sync: { backup_path: ../.janus-backup, password_file: ../.janus-backup.password } } # made by: ubos backup init
kill_switch: { emergency_stop_file: EMERGENCY_STOP }
monitoring: { prometheus_enabled: false } # true: at http://127.0.0.1:9464/metrics; two clones that run at once need two ports
`;

/** Makes the state folder with a configuration for development; what is there already is never touched. */
export function ensureHome(home) {
  const name = `janus-${createHash('sha256').update(home).digest('hex').slice(0, 6)}`;
  mkdirSync(home, { recursive: true, mode: 0o711 });
  const etc = (file) => readFileSync(join(rootPath, 'deploy', 'etc', file), 'utf8');
  const files = {
    'agent.yaml': () => agentYaml(name, workspacesFolder(home, name)),
    'policy.json': () => policyJson,
    'playbooks.json': () => playbooksJson,
    'mission_objectives.json': () => etc('mission_objectives.json'),
    'charter.md': () => etc('charter.md'),
  };
  for (const [file, content] of Object.entries(files)) {
    const path = join(home, file);
    if (!existsSync(path)) writeDurably(path, content());
  }
}
