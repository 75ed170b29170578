// The core plan: where there are two and taskset, the server has the first and the load the second.
import { spawn, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

export const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const pins = has('taskset') && cpus().length > 1;

export const onCore = (core, command, args) =>
  pins ? ['taskset', ['-c', String(core), command, ...args]] : [command, args];

/** What a program that makes load prints. */
export function outputOf(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(...onCore(1, command, args), { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (part) => (output += part));
    child.on('error', reject).on('close', () => resolve(output));
  });
}
