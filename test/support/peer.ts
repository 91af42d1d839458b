import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/** What proves that a program does its work here, where being installed is not enough (containers forbid namespaces). */
const probes: Record<string, string[]> = {
  bwrap: ['--unshare-all', '--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', 'true'],
  '/usr/bin/python3': ['-c', 'import dbusmock'],
}

const runnable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Where a program is found on PATH, or undefined. */
export function findProgram(program: string): string | undefined {
  if (isAbsolute(program)) return runnable(program) ? program : undefined
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.map((folder) => join(folder, program)).find(runnable)
}

/** True where a program is installed and does its work here. */
export function usable(program: string): boolean {
  const path = findProgram(program)
  if (!path) return false
  const probe = probes[program]
  return !probe || spawnSync(path, probe, { stdio: 'ignore', timeout: 10_000 }).status === 0
}

/** The part of tap's test that is used. */
interface Skippable {
  fail(message: string): unknown
  pass(message: string, extra: { skip: string }): unknown
}

/**
 * True where a program of a Debian package is usable. Else skips the test by the name of the package, or fails it
 * under ENDCAP_REQUIRE_PEERS=1: `if (!peer(t, 'bubblewrap', 'bwrap')) return`.
 */
export function peer(t: Skippable, debianPackage: string, program: string): boolean {
  if (usable(program)) return true
  const reason = `${program} of the Debian package ${debianPackage} is not usable here`
  if (process.env['ENDCAP_REQUIRE_PEERS'] === '1') t.fail(reason)
  else t.pass(`${debianPackage} is there`, { skip: reason })
  return false
}
