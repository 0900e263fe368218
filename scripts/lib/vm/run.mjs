import { createInterface } from 'node:readline';
import { startPassing } from '../run.mjs';

/**
 * Boots the machine in QEMU, without KVM and without a network, and hands over each line of its serial console; resolves when it has
 * switched itself off, or when `signal` has cut its power. Ends it after `seconds`.
 */
export function runMachine({ kernel, initrd, disk }, { seconds, onLine, signal, parameters = '' }) {
  const args = [
    ...['-M', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '2048', '-nographic', '-nodefaults'],
    ...['-serial', 'stdio', '-nic', 'none', '-no-reboot', '-kernel', kernel, '-initrd', initrd],
    ...['-append', `console=ttyS0 quiet panic=-1 systemd.show_status=0 systemd.unified_cgroup_hierarchy=1 ${parameters}`],
    ...['-drive', `file=${disk},if=virtio,format=raw,cache=unsafe`],
  ];
  return new Promise((resolve, reject) => {
    const child = startPassing('qemu-system-x86_64', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the machine was still running after ${seconds} s`));
    }, seconds * 1_000);
    signal?.addEventListener('abort', () => child.kill('SIGKILL'));
    createInterface({ input: child.stdout }).on('line', (line) => onLine(line.replace(/\r$/, '')));
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(limit);
      resolve();
    });
  });
}
