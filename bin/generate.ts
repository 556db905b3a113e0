import { generateCode } from './start/generate-code.ts'

/** Runs after `npm ci`, so that types, tests and programs find the generated code. */
await generateCode()
