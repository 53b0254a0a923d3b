// Programs that a test starts, and conditions that it waits for.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const graceMillis = 10_000;
const pollMillis = 250;
const keptOutput = 64 * 1024;

/** A running program; its output is kept for when something goes wrong. */
export class Program {
  constructor(command, args, options = {}) {
    this.name = command.split('/').pop();
    this.output = '';
    this.process = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const keep = (chunk) => { this.output = (this.output + chunk).slice(-keptOutput); };
    this.process.stdout.on('data', keep);
    this.process.stderr.on('data', keep);
    this.process.on('error', (error) => { this.output += `\n${error.message}`; });
    this.ended = once(this.process, 'close').catch(() => undefined);
  }

  get running() {
    return this.process.pid !== undefined && this.process.exitCode === null &&
      this.process.signalCode === null;
  }

  /** The match of a pattern in its output; throws where it ends or takes too long. */
  async says(pattern, millis) {
    return until(`${this.name} to say ${pattern}`, millis, () => {
      const match = this.output.match(pattern);
      if (!match && !this.running) throw new Error(`${this.name} ended:\n${this.output}`);
      return match;
    });
  }

  async stop() {
    if (!this.running) return;
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), graceMillis);
    await this.ended;
    clearTimeout(timer);
  }
}

/** Runs a program to its end; its output, or an error with it. */
export async function run(command, args, millis) {
  const program = new Program(command, args, { timeout: millis });
  await program.ended;
  if (program.process.exitCode !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed:\n${program.output}`);
  }
  return program.output;
}

/** What `ask` answers once that is true; throws with `what` after so many milliseconds. */
export async function until(what, millis, ask) {
  const end = Date.now() + millis;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${millis / 1000} s in vain for ${what}`);
    await sleep(pollMillis);
  }
}
