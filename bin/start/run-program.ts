import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Program = { name: string; child: ChildProcess; stop: () => Promise<void>; ended: Promise<number | null> }

type Options = { name: string; args: string[]; env: Record<string, string>; logDir: string }

/**
 * Starts one of our programs under the Node that runs us, in a process group of its own (Ctrl-C reaches only the
 * starter, which then stops everything in order) and with an IPC channel whose end tells it that the starter died.
 */
export function runProgram({ name, args, env, logDir }: Options): Program {
  mkdirSync(logDir, { recursive: true })
  const log = openSync(logFile(logDir, name), 'a')
  const child = spawn(process.execPath, ['--import', './bin/start/end-with-parent.mjs', ...args], {
    env: { ...process.env, ...env, PROGRAM: name, STARTER_PID: String(process.pid) },
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  })
  const ended = new Promise<number | null>((done) => {
    child.once('error', () => done(1))
    child.once('exit', (code) => done(code))
  })
  return { name, child, ended, stop: () => stopProgram(child, ended) }
}

/** The last lines a program wrote, for the message that says why it ended. */
export function logTail(logDir: string, name: string, lines = 12): string {
  try {
    return readFileSync(logFile(logDir, name), 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
  } catch {
    return ''
  }
}

function logFile(logDir: string, name: string): string {
  return join(logDir, `${name}.log`)
}

async function stopProgram(child: ChildProcess, ended: Promise<number | null>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const patience = setTimeout(() => child.kill('SIGKILL'), 8_000)
  await ended
  clearTimeout(patience)
}
