/**
 * Completes package-lock.json with the optional packages of other platforms.
 *
 * npm leaves an optional platform package out of the lock when the registry it asked does not carry it, and `npm ci`
 * then refuses the lock it wrote itself. Run this after every `npm install`: it adds the missing entries with the
 * version the parent pins and the os/cpu/libc its name says, so that they are skipped where they do not apply.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const systems = ['android', 'darwin', 'linux', 'win32', 'freebsd', 'openharmony', 'aix', 'netbsd', 'openbsd', 'sunos']
const processors = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32']

for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const target = `node_modules/${name}`
    const pinned = /^\d/.test(version)
    if (path === '' || !pinned || lock.packages[target] || lock.packages[`${path}/${target}`]) continue
    const parts = name.replace(/^.*\//, '').split('-')
    const os = systems.filter((system) => parts.includes(system))
    const cpu = processors.filter((processor) => parts.includes(processor))
    lock.packages[target] = {
      version,
      ...(cpu.length > 0 && { cpu }),
      ...(os.length > 0 ? { os } : cpu.includes('wasm32') ? { os: ['none'] } : {}),
      ...(parts.some((part) => part.startsWith('musl')) && { libc: ['musl'] }),
      ...(entry.dev && { dev: true }),
      optional: true,
    }
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`)
